import type { ComponentChildren, JSX } from 'preact'

function Icon({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <svg class='icon' viewBox='0 0 24 24' width='24' height='24' aria-hidden='true'>
      {children}
    </svg>
  )
}

export function LockIcon(): JSX.Element {
  return (
    <Icon>
      <path d='M7 10V7.5a5 5 0 0 1 10 0V10' />
      <rect x='5' y='10' width='14' height='10' rx='2.5' />
    </Icon>
  )
}

export function GlobeIcon(): JSX.Element {
  return (
    <Icon>
      <circle cx='12' cy='12' r='8.5' />
      <path d='M3.5 12h17M12 3.5c5 4.8 5 12.2 0 17M12 3.5c-5 4.8-5 12.2 0 17' />
    </Icon>
  )
}

export function AlertIcon(): JSX.Element {
  return (
    <Icon>
      <circle cx='12' cy='12' r='8.5' />
      <path d='M12 7.5v5.5M12 16.2v.1' />
    </Icon>
  )
}

export function CheckIcon(): JSX.Element {
  return (
    <Icon>
      <path d='m5.5 12.5 4.3 4.3 8.7-9.3' />
    </Icon>
  )
}

export function CrossIcon(): JSX.Element {
  return (
    <Icon>
      <path d='m7 7 10 10M17 7 7 17' />
    </Icon>
  )
}

export function ClockIcon(): JSX.Element {
  return (
    <Icon>
      <circle cx='12' cy='12' r='8.5' />
      <path d='M12 7v5.3l3.4 2' />
    </Icon>
  )
}

export function Spinner(): JSX.Element {
  return (
    <svg class='spinner' viewBox='0 0 24 24' width='24' height='24' aria-hidden='true'>
      <circle class='track' cx='12' cy='12' r='9' />
      <path d='M12 3a9 9 0 0 1 9 9' />
    </svg>
  )
}
