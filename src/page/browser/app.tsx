import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { applyAccent } from './color.ts'
import { LockIcon } from './icons.tsx'
import {
  chooseLanguage,
  chosenLanguage,
  LANGUAGES,
  LanguageContext,
  pickLanguage,
  useMessages,
} from './language.ts'
import { LanguageSwitch } from './language-switch.tsx'
import { messages as english } from './locales/en.ts'
import { parseRoute, type Route } from './route.ts'
import type { Stage } from './session.ts'
import { Summary } from './summary.tsx'
import { Content, useVisit } from './visit.tsx'

export function App(): JSX.Element {
  const route = useRoute()
  const visit = useVisit(route)
  const { stage } = visit
  const [chosen, setChosen] = useState(chosenLanguage)
  const view = stage.kind === 'order' ? stage.view : undefined
  const locale = useLast(view?.locale)
  const language = pickLanguage([chosen, locale ?? null, ...navigator.languages])
  const messages = LANGUAGES.get(language) ?? english
  const choose = (code: string): void => {
    chooseLanguage(code)
    setChosen(code)
  }
  useLayoutEffect(() => {
    document.documentElement.lang = messages.tag
    document.title = [messages.title, view?.merchant.name].filter(Boolean).join(' · ')
    applyAccent(view?.merchant.color ?? null)
  }, [messages, view])
  return (
    <LanguageContext.Provider value={messages}>
      <header>
        <p class='secure'>
          {isSecureContext && (
            <>
              <LockIcon />
              {messages.secure}
            </>
          )}
        </p>
        <LanguageSwitch language={language} onChoice={choose} />
      </header>
      <main class={view === undefined ? 'alone' : undefined}>
        {view !== undefined && <Summary view={view} />}
        <section class='panel' aria-busy={stage.kind === 'loading'}>
          <Content route={route} visit={visit} />
        </section>
      </main>
      <footer>{view !== undefined && <p>{messages.privacy(view.merchant.name)}</p>}</footer>
      <Announcer stage={stage} />
    </LanguageContext.Provider>
  )
}

/** Says what goes on to those who do not see it. */
function Announcer({ stage }: { readonly stage: Stage }): JSX.Element {
  const messages = useMessages()
  const work = stage.kind === 'order' ? stage.work : 'idle'
  return (
    <p class='quiet' role='status'>
      {stage.kind === 'loading' ? messages.loading : work !== 'idle' && messages.work[work]}
    </p>
  )
}

function useRoute(): Route | undefined {
  const [fragment, setFragment] = useState(location.hash)
  useEffect(() => {
    const listen = (): void => setFragment(location.hash)
    addEventListener('hashchange', listen)
    // It may have changed since this was drawn.
    listen()
    return () => removeEventListener('hashchange', listen)
  }, [])
  return parseRoute(fragment)
}

/** The last value that there was, so that a lost connection does not change the language. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  return value ?? last
}
