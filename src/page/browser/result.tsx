import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Client } from './client.ts'
import { leaveForMerchant } from './hand-off.ts'
import { useMessages } from './language.ts'
import type { ResultKind } from './messages.ts'
import { type Mood, Panel } from './panel.tsx'
import { isPayable, isPending, type OrderStage } from './session.ts'

const MOODS: Readonly<Record<ResultKind, Mood>> = {
  paid: 'good',
  alreadyPaid: 'good',
  saved: 'good',
  declined: 'bad',
  failed: 'bad',
  expired: 'odd',
  cancelled: 'calm',
  processing: 'busy',
  slow: 'busy',
  confirming: 'busy',
  notPaid: 'odd',
}

const PAID_SECONDS = 5
/** Bad news takes longer to read. */
const OTHER_SECONDS = 15

/** Asks for the way back this often before it stays. */
const ASKS_MAX = 3
const ASK_AGAIN_MS = 2_000

interface Props {
  readonly stage: OrderStage
  readonly client: Client
  /** Whether this page takes the payer back to the merchant by itself. */
  readonly mayLeave: boolean
  readonly children?: ComponentChildren
}

/** What became of the order. */
export function Result({ stage, client, mayLeave, children }: Props): JSX.Element {
  const messages = useMessages()
  const kind = kindOf(stage, mayLeave)
  const { order, merchant } = stage.view
  const told = messages.results[kind](`${order.amount} ${order.currency}`, merchant.name)
  const isOver = !isPending(stage.view) && !isPayable(stage.view)
  return (
    <Panel mood={MOODS[kind]} {...told}>
      {isOver && (
        <WayBack
          client={client}
          merchant={merchant.name}
          seconds={stage.view.state === 'paid' ? PAID_SECONDS : OTHER_SECONDS}
          mayLeave={mayLeave}
        />
      )}
      {children}
    </Panel>
  )
}

function kindOf({ view, isEarlier, isSlow }: OrderStage, mayLeave: boolean): ResultKind {
  if (view.state === 'open') return 'notPaid'
  if (view.state === 'paid' && !view.charges) return 'saved'
  if (view.state === 'paid') return isEarlier && mayLeave ? 'alreadyPaid' : 'paid'
  if (view.state === 'processing') return isSlow ? 'slow' : 'processing'
  return view.state
}

interface WayBackProps {
  readonly client: Client
  readonly merchant: string
  readonly seconds: number
  readonly mayLeave: boolean
}

/** The button back to the merchant; it presses itself when its time is over, unless told to stay. */
function WayBack({ client, merchant, seconds, mayLeave }: WayBackProps): JSX.Element | null {
  const messages = useMessages()
  const url = useWay(client)
  const [left, setLeft] = useState(seconds)
  const [isStaying, setStaying] = useState(!mayLeave)
  const isCounting = url !== undefined && !isStaying
  useEffect(() => {
    if (!isCounting) return
    const timer = setTimeout(() => {
      setLeft(left - 1)
      if (left <= 1) leaveForMerchant(url)
    }, 1_000)
    return () => clearTimeout(timer)
  }, [isCounting, left])

  if (url === undefined) return null
  const time = new Intl.NumberFormat(messages.tag, { style: 'unit', unit: 'second' }).format(left)
  return (
    <div class='actions'>
      <button type='button' class='main' onClick={() => leaveForMerchant(url)}>
        {messages.goOn(merchant)}
      </button>
      {isCounting && left > 0 && (
        <div class='countdown'>
          <p>{messages.goingOn(time)}</p>
          <button type='button' class='plain' onClick={() => setStaying(true)}>
            {messages.stay}
          </button>
        </div>
      )}
    </div>
  )
}

/** @returns where the merchant is; undefined while that is not known, and where there is no way. */
function useWay(client: Client): string | undefined {
  const [url, setUrl] = useState<string>()
  const [asks, setAsks] = useState(1)
  useEffect(() => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    void client.wayBack().then((answer) => {
      if (isOver) return
      if (answer !== undefined) setUrl(answer.url ?? undefined)
      else if (asks < ASKS_MAX) timer = setTimeout(() => setAsks(asks + 1), ASK_AGAIN_MS)
    })
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [client, asks])
  return url
}
