export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #eef2f7; --surface: #fff; --line: #d5dde8; --edge: #6b7a90;
  --ink: #0f1c2e; --soft: #4b5b70; --accent: #1d4ed8; --accent-deep: #173fb0; --on-accent: #fff;
  --bar: #0b2a5b; --on-bar: #fff; --bad: #b4231f; --bad-ground: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0b1220; --surface: #131d2e; --line: #2b3a52; --edge: #8294ad;
    --ink: #e8eef7; --soft: #aab8cb; --accent: #8db4ff; --accent-deep: #b0cbff;
    --on-accent: #0b1a35; --bar: #0a2148; --on-bar: #f2f6fd; --bad: #ff9c94; --bad-ground: #3a1a1a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
.sheet { max-width: 29rem; margin: 0 auto; background: var(--surface); }
header {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 0.25rem 1rem; padding: 0.75rem 1.25rem; background: var(--bar); color: var(--on-bar);
}
header p { margin: 0; }
.bank { display: flex; align-items: center; gap: 0.625rem; font-weight: 650; }
.bank svg { fill: currentColor; flex: none; }
.scheme { font-weight: 650; font-size: 0.9375rem; }
.scheme span { font-weight: 400; }
.sheet main { padding: 1.25rem 1.25rem 1.5rem; }
h1 { font-size: 1.375rem; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 1rem; }
p { margin: 0 0 1rem; text-wrap: pretty; }
.name { font-weight: 600; overflow-wrap: anywhere; }
dl { margin: 0 0 1.25rem; border: 1px solid var(--line); border-radius: 10px; }
dl div { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; }
dl div { padding: 0.5rem 0.875rem; }
dl div + div { border-top: 1px solid var(--line); }
dt { color: var(--soft); flex: none; font-size: 0.9375rem; }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; }
dd { font-variant-numeric: tabular-nums; }
.amount dd { font-size: 1.25rem; font-weight: 700; }
label { display: block; font-weight: 600; }
.hint { color: var(--soft); font-size: 0.9375rem; margin: 0 0 0.5rem; }
.error {
  margin: 0 0 0.5rem; padding: 0.5rem 0.75rem; border-left: 4px solid var(--bad);
  background: var(--bad-ground); color: var(--bad); border-radius: 4px; font-weight: 600;
}
.code {
  display: block; width: 100%; min-height: 3.25rem; margin: 0 0 1rem; padding: 0.5rem 0.875rem;
  font: 600 1.5rem/1.2 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  letter-spacing: 0.25em; color: var(--ink); background: var(--surface);
  border: 1px solid var(--edge); border-radius: 8px;
}
.code[aria-invalid] { border: 2px solid var(--bad); }
button {
  display: block; width: 100%; min-height: 3rem; padding: 0.625rem 1rem; cursor: pointer;
  font: 600 1.0625rem/1.2 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  border: 1px solid transparent; border-radius: 8px;
}
.main { background: var(--accent); color: var(--on-accent); }
.main:hover { background: var(--accent-deep); }
.other { margin-top: 0.625rem; background: transparent; color: var(--ink); border-color: var(--edge); }
.other:hover { background: var(--ground); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.test, details { font-size: 0.875rem; color: var(--soft); }
.test { margin: 1.25rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
summary { cursor: pointer; color: var(--accent); padding: 0.25rem 0; }
details p { margin: 0.25rem 0 0; }
.quiet {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
@media (min-width: 34rem) {
  body { padding: 2rem 1rem; }
  .sheet { border-radius: 14px; overflow: hidden; box-shadow: 0 8px 30px rgb(11 26 53 / 0.14); }
  header { padding: 0.875rem 1.75rem; }
  .sheet main { padding: 1.5rem 1.75rem 1.75rem; }
}
`
