import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Cancel } from './cancel.tsx'
import { Client } from './client.ts'
import { useMessages } from './language.ts'
import { Panel } from './panel.tsx'
import { PaymentForm } from './payment-form.tsx'
import { Result } from './result.tsx'
import type { Route } from './route.ts'
import { hasMeans, isPayable, isPending, type OrderStage, Session, type Stage } from './session.ts'

interface Visit {
  readonly client: Client
  readonly session: Session
  readonly stage: Stage
}

/** Looks at the order that the route names, for as long as it names it. */
export function useVisit(route: Route | undefined): Visit {
  const [stage, setStage] = useState<Stage>({ kind: 'loading' })
  const { ref = '' } = route ?? {}
  const visit = useMemo(() => {
    const client = new Client(ref)
    return { client, session: new Session(client, setStage) }
  }, [ref])
  useEffect(() => {
    if (ref === '') setStage({ kind: 'noOrder' })
    else void visit.session.load()
    return () => visit.session.end()
  }, [visit])
  return { ...visit, stage }
}

/** Everything but the summary of the order. */
export function Content({ route, visit }: { route: Route | undefined; visit: Visit }): JSX.Element {
  const messages = useMessages()
  const { stage, session } = visit
  const retry = (label: string): JSX.Element => (
    <div class='actions'>
      <button type='button' class='main' onClick={() => void session.load()}>
        {label}
      </button>
    </div>
  )
  switch (stage.kind) {
    case 'loading':
      return <Loading />
    case 'noOrder':
      return <Panel mood='bad' isAlone {...messages.noOrder} />
    case 'unreachable':
      return stage.mayHavePaid ? (
        <Panel mood='odd' isAlone {...messages.lostSight}>
          {retry(messages.lookAgain)}
        </Panel>
      ) : (
        <Panel mood='bad' isAlone {...messages.unreachable}>
          {retry(messages.tryAgain)}
        </Panel>
      )
    case 'order':
      return route?.kind === 'info' ? (
        <Info stage={stage} visit={visit} encoded={route.encoded} />
      ) : (
        <Order stage={stage} visit={visit} />
      )
  }
}

function Loading(): JSX.Element {
  const messages = useMessages()
  return (
    <div class='loading'>
      <h1 class='quiet'>{messages.loading}</h1>
      <span class='bar' />
      <span class='bar' />
      <span class='bar' />
    </div>
  )
}

function Order({
  stage,
  visit,
}: {
  readonly stage: OrderStage
  readonly visit: Visit
}): JSX.Element {
  const { session } = visit
  const { view, work } = stage
  const isFormSeen = isPayable(view) || work === 'paying' || work === 'cancelling'
  // Kept out of sight until the outcome is known: who is declined need not type it all again.
  const hadForm = useRef(false)
  hadForm.current = isFormSeen || (hadForm.current && isPending(view))
  return (
    <>
      {hadForm.current && (
        <div hidden={!isFormSeen}>
          {hasMeans(view) ? (
            <PaymentForm stage={stage} onPay={(instrument) => void session.pay(instrument)} />
          ) : (
            <NoMeans merchant={view.merchant.name} />
          )}
          <Cancel
            merchant={view.merchant.name}
            isDisabled={work !== 'idle'}
            onCancel={() => void session.cancel()}
          />
        </div>
      )}
      {!isFormSeen && <Progress stage={stage} visit={visit} />}
    </>
  )
}

/** The order takes nothing that can be given on this page. */
function NoMeans({ merchant }: { readonly merchant: string }): JSX.Element {
  const messages = useMessages()
  return <Panel mood='note' {...messages.noMeans(merchant)} />
}

/** What goes on at the bank, and what came of it. */
function Progress({
  stage,
  visit,
}: {
  readonly stage: OrderStage
  readonly visit: Visit
}): JSX.Element {
  const messages = useMessages()
  const { view, work } = stage
  if (work === 'leaving' || work === 'restarting') {
    const { text } = messages.results.processing('', '')
    return <Panel mood='busy' title={messages.work[work]} text={text} />
  }
  return (
    <Result stage={stage} client={visit.client} mayLeave>
      {view.state === 'confirming' && view.mayRetry && (
        <div class='actions'>
          <button type='button' class='second' onClick={() => void visit.session.restart()}>
            {messages.startAgain}
          </button>
        </div>
      )}
    </Result>
  )
}

interface InfoProps {
  readonly stage: OrderStage
  readonly visit: Visit
  readonly encoded: string
}

/** The result, and nothing to do about it here. */
function Info({ stage, visit, encoded }: InfoProps): JSX.Element {
  const messages = useMessages()
  return (
    <Result stage={stage} client={visit.client} mayLeave={false}>
      {isPayable(stage.view) && (
        <div class='actions'>
          <a class='main' href={`#/token/${encoded}`}>
            {messages.tryAgain}
          </a>
        </div>
      )}
    </Result>
  )
}
