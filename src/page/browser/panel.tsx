import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { AlertIcon, CheckIcon, ClockIcon, CrossIcon, Spinner } from './icons.tsx'

export type Mood = 'good' | 'bad' | 'odd' | 'calm' | 'busy' | 'note'

const ICONS: Readonly<Record<Mood, () => JSX.Element>> = {
  good: CheckIcon,
  bad: CrossIcon,
  odd: ClockIcon,
  calm: CrossIcon,
  busy: Spinner,
  note: AlertIcon,
}

interface Props {
  readonly mood: Mood
  readonly title: string
  readonly text: string
  /** Whether the page has no other heading of the first level. */
  readonly isAlone?: boolean
  readonly children?: ComponentChildren
}

/** Says one thing in place of the form, and takes whoever listens there. */
export function Panel({ mood, title, text, isAlone, children }: Props): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [title])
  const Icon = mood === 'bad' && isAlone === true ? AlertIcon : ICONS[mood]
  const Heading = isAlone === true ? 'h1' : 'h2'
  return (
    <div class={`told ${mood}`}>
      <span class='sign'>
        <Icon />
      </span>
      <Heading ref={heading} tabIndex={-1} aria-describedby='told-text'>
        {title}
      </Heading>
      <p id='told-text'>{text}</p>
      {children}
    </div>
  )
}
