/** Copies a button's text. Works on plain http too, where browsers keep their clipboard API back. */
export const SCRIPT = `
document.documentElement.classList.add('js')
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.className = 'quiet'
    area.value = text
    document.body.append(area)
    area.select()
    const copied = document.execCommand('copy')
    area.remove()
    return copied
  }
}
document.addEventListener('click', async ({ target }) => {
  const button = target.closest('.copy')
  if (!button) return
  const copied = await copy(button.dataset.copy)
  button.focus()
  const status = document.getElementById('copied')
  status.textContent = ''
  button.firstChild.textContent = copied ? 'Copied' : 'Failed'
  button.classList.toggle('done', copied)
  const said = copied ? 'Copied ' : 'Please select and copy it yourself: '
  setTimeout(() => { status.textContent = said + button.dataset.name }, 50)
  clearTimeout(button.reset)
  button.reset = setTimeout(() => {
    button.firstChild.textContent = 'Copy'
    button.classList.remove('done')
  }, 2000)
})
`

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --surface: #fff; --sunk: #f1f4f6; --line: #d9dfe5; --edge: #7a8794;
  --ink: #17212b; --soft: #4d5b69; --accent: #0f766e; --accent-ink: #0b5a54;
  --warn: #fff6dc; --warn-line: #d9a514; --warn-ink: #4a3500; --mark: #ffe58a;
  --good: #15803d; --bad: #c0262d; --odd: #b45309;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1519; --surface: #172026; --sunk: #10171c; --line: #2c3a43; --edge: #7d8d99;
    --ink: #e7edf1; --soft: #a9b7c1; --accent: #5ecfc2; --accent-ink: #7fdcd1;
    --warn: #2b2412; --warn-line: #c99a1c; --warn-ink: #f5e3ae; --mark: #f2cc4d;
    --good: #4ade80; --bad: #f87171; --odd: #fbbf24;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
main:focus { outline: none; }
h1, h2, h3 { line-height: 1.25; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.75rem, 1.3rem + 2.4vw, 2.5rem); letter-spacing: -0.02em; }
h2 { font-size: 1.375rem; letter-spacing: -0.01em; }
h3 { font-size: 1.0625rem; }
p { margin: 0.5rem 0 1rem; text-wrap: pretty; }
section { margin: 0 0 3rem; }
section > p { color: var(--soft); max-width: 44rem; }
a { color: var(--accent-ink); text-underline-offset: 0.2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code { font-family: var(--mono); font-size: 0.875em; overflow-wrap: anywhere; }
pre { margin: 0; padding: 0.875rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { font-size: 0.9375rem; line-height: 1.55; background: var(--sunk); }
mark { background: var(--mark); color: #17212b; border-radius: 3px; padding: 0 0.2em; }
.quiet {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; border: 0; padding: 0;
}
.skip { position: absolute; left: 1rem; top: -4rem; padding: 0.5rem 1rem; z-index: 1; }
.skip { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; }
.skip:focus { top: 0.5rem; }

header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; }
header { gap: 0.25rem 1.5rem; padding-top: 1rem; padding-bottom: 1rem; }
.brand { display: flex; align-items: center; gap: 0.5rem; margin: 0; font-weight: 650; }
.brand svg { fill: var(--accent); }
.brand .pale { opacity: 0.55; }
.badge { font-size: 0.75rem; font-weight: 600; color: var(--soft); padding: 0 0.5rem; }
.badge { border: 1px solid var(--line); border-radius: 1rem; }
nav { display: flex; flex-wrap: wrap; gap: 0 1.125rem; }
nav a { padding: 0.25rem 0; color: var(--soft); font-size: 0.9375rem; text-decoration: none; }
nav a:hover { color: var(--ink); text-decoration: underline; }

.intro { padding-top: 2rem; }
.intro .lead { font-size: 1.125rem; margin: 0.75rem 0 1.5rem; max-width: 46rem; }
.intro dl { margin: 0 0 1rem; border: 1px solid var(--line); border-radius: 10px; }
.intro dl { background: var(--surface); }
.base { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.25rem; }
.base { padding: 0.625rem 0.625rem 0.625rem 1rem; }
.base + .base { border-top: 1px solid var(--line); }
.base dt { font-weight: 600; }
.base dt span { font-weight: 400; color: var(--soft); }
.base dd { margin: 0; flex: 1 1 15rem; }
.base dd, .secret { display: flex; align-items: center; gap: 0.75rem; }
.base dd { justify-content: space-between; }
.notice { padding: 0.75rem 1rem; border-left: 4px solid var(--warn-line); border-radius: 6px; }
.intro .notice { background: var(--warn); color: var(--warn-ink); max-width: none; margin: 0; }

.steps { list-style: none; counter-reset: step; margin: 1.5rem 0 0; padding: 0; }
.steps > li { counter-increment: step; position: relative; padding: 0 0 2rem 3.25rem; }
.steps > li::before {
  content: counter(step); position: absolute; left: 0; top: -0.25rem; width: 2rem; height: 2rem;
  border-radius: 50%; background: var(--accent); color: var(--surface); font-weight: 650;
  display: grid; place-items: center;
}
.steps > li:not(:last-child)::after {
  content: ""; position: absolute; left: 1rem; top: 2.25rem; bottom: 0.75rem; width: 1px;
  background: var(--line);
}
.steps > li:last-child { padding-bottom: 0; }
.steps p { color: var(--soft); max-width: 44rem; }
.code { border: 1px solid var(--line); border-radius: 10px; background: var(--surface); }
.code pre { border-radius: 0 0 9px 9px; border-top: 1px solid var(--line); }
.bar { display: flex; align-items: center; justify-content: space-between; }
.bar { padding: 0.375rem 0.375rem 0.375rem 1rem; font-size: 0.8125rem; color: var(--soft); }
.bar { min-height: 2.75rem; }

.copy { display: none; flex: none; min-width: 4.75rem; min-height: 2rem; padding: 0 0.75rem; }
.js .copy { display: inline-block; }
.copy { font: 600 0.8125rem/1 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.copy { color: var(--ink); background: var(--surface); cursor: pointer; position: relative; }
.copy { border: 1px solid var(--edge); border-radius: 6px; }
.copy:hover { background: var(--sunk); }
.copy.done { color: var(--surface); background: var(--accent); border-color: var(--accent); }
p code { white-space: nowrap; }
details[open] .shut, details:not([open]) .opened { display: none; }
summary { cursor: pointer; padding: 0.25rem 0; color: var(--accent-ink); position: relative; }
.steps details { margin-top: 0.5rem; font-size: 0.9375rem; }
.steps details pre { border: 1px solid var(--line); border-radius: 10px; }
.secret { justify-content: space-between; }
.secret details { flex: 1 1 auto; min-width: 0; }
.secret summary { width: fit-content; }

table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--surface); }
table { border: 1px solid var(--line); border-radius: 10px; font-size: 0.9375rem; }
th, td { text-align: left; vertical-align: middle; padding: 0.5rem 1rem; font-weight: 400; }
thead th { font-size: 0.8125rem; font-weight: 600; color: var(--soft); }
tbody th, tbody td { border-top: 1px solid var(--line); }
tbody td { height: 3rem; }
td[data-head="Brand"] { white-space: nowrap; }
thead th:first-child { width: 30%; }
tbody th div { display: flex; align-items: center; gap: 0 1rem; }
tbody th div > span { color: var(--soft); }
tbody th code:has(+ .copy) { min-width: 17ch; }
table .copy { border-color: var(--line); }
table .copy:hover, table .copy:focus-visible { border-color: var(--edge); }
.mood { display: block; position: relative; padding-left: 1.125rem; }
.mood::before { content: ""; position: absolute; left: 0; top: 0.5em; width: 0.5rem; height: 0.5rem; }
.mood.good::before { background: var(--good); border-radius: 50%; }
.mood.bad::before { background: var(--bad); }
.mood.odd::before { background: var(--odd); clip-path: polygon(50% 0, 100% 100%, 0 100%); }
@media (max-width: 44rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table, tbody { display: block; }
  tbody tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.75rem 0.875rem; }
  tbody tr + tr { border-top: 1px solid var(--line); }
  tbody th, tbody td { display: block; border: 0; padding: 0.125rem 0; height: auto; }
  tbody th, td[data-head="What it does"], td[data-head="Secret key"] { flex: 1 0 100%; }
  tbody th { font-weight: 600; }
  tbody th div { justify-content: space-between; }
  tbody th div > span { font-weight: 400; text-align: right; }
  [data-head]::before { content: attr(data-head) ": "; color: var(--soft); }
  :is([data-head="What it does"], [data-head="Secret key"], [data-head="Brand"])::before {
    content: none;
  }
}
@media (max-width: 34rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  .steps > li { padding-left: 0; }
  .steps > li::after { content: none !important; }
  .steps h3 { padding: 0.0625rem 0 0 2.75rem; min-height: 1.75rem; }
}
.addresses { list-style: none; margin: 0.75rem 0 0; padding: 0; }
.addresses li { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.25rem 0; }
.addresses a { font-family: var(--mono); font-size: 0.9375rem; min-width: 10rem; }
.addresses span { color: var(--soft); }
footer p { border-top: 1px solid var(--line); padding: 1rem 0 2rem; margin: 0; }
footer p { color: var(--soft); font-size: 0.875rem; }
`
