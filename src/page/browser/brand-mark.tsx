import type { JSX } from 'preact'

/** A card brand's mark, drawn small. Its name stands beside it in words, for those who do not see. */
export function BrandMark({ brand }: { readonly brand: string }): JSX.Element {
  return (
    <svg class='mark' viewBox='0 0 36 24' width='36' height='24' aria-hidden='true'>
      {MARKS[brand] ?? PLAIN}
    </svg>
  )
}

const LETTERS = { 'font-family': 'Arial, Helvetica, sans-serif', 'text-anchor': 'middle' } as const

const GROUND = <rect class='ground' x='.5' y='.5' width='35' height='23' rx='3.5' />

const PLAIN = (
  <g class='plain'>
    <rect x='4' y='4' width='28' height='17' rx='2.5' />
    <path d='M4 9.5h28M8 16.5h6' />
  </g>
)

const MARKS: Readonly<Record<string, JSX.Element>> = {
  visa: (
    <g>
      {GROUND}
      <text
        {...LETTERS}
        x='18'
        y='16.3'
        fill='#1a1f71'
        font-size='12'
        font-weight='900'
        font-style='italic'
        textLength='27'
        lengthAdjust='spacingAndGlyphs'
      >
        VISA
      </text>
    </g>
  ),
  mastercard: (
    <g>
      {GROUND}
      <circle cx='14' cy='12' r='7' fill='#eb001b' />
      <circle cx='22' cy='12' r='7' fill='#f79e1b' />
      <path d='M18 6.25a7 7 0 0 1 0 11.5a7 7 0 0 1 0-11.5' fill='#ff5f00' />
    </g>
  ),
  amex: (
    <g>
      <rect width='36' height='24' rx='4' fill='#006fcf' />
      <text
        {...LETTERS}
        x='18'
        y='15.6'
        fill='#fff'
        font-size='10'
        font-weight='700'
        textLength='28'
        lengthAdjust='spacingAndGlyphs'
      >
        AMEX
      </text>
    </g>
  ),
  jcb: (
    <g>
      {GROUND}
      <rect x='6' y='4' width='7.5' height='16' rx='2.5' fill='#0b4ea2' />
      <rect x='14.25' y='4' width='7.5' height='16' rx='2.5' fill='#c8102e' />
      <rect x='22.5' y='4' width='7.5' height='16' rx='2.5' fill='#007b3e' />
      <g {...LETTERS} fill='#fff' font-size='7.5' font-weight='700'>
        <text x='9.75' y='14.7'>
          J
        </text>
        <text x='18' y='14.7'>
          C
        </text>
        <text x='26.25' y='14.7'>
          B
        </text>
      </g>
    </g>
  ),
  diners: (
    <g>
      {GROUND}
      <circle cx='18' cy='12' r='8.5' fill='#0069aa' />
      <circle cx='18' cy='12' r='6.5' fill='#fff' />
      <path d='M16.5 7.2a5 5 0 0 0 0 9.6zM19.5 7.2a5 5 0 0 1 0 9.6z' fill='#0069aa' />
    </g>
  ),
  unionpay: (
    <g>
      {GROUND}
      <path d='M9 4h8l-3.5 16h-8z' fill='#e21836' />
      <path d='M16 4h8l-3.5 16h-8z' fill='#00447c' />
      <path d='M23 4h8l-3.5 16h-8z' fill='#007b84' />
    </g>
  ),
  discover: (
    <g>
      {GROUND}
      <path d='M35.5 13v7a3.5 3.5 0 0 1-3.5 3.5H14c9-1.5 16.5-5 21.5-10.5' fill='#f47216' />
      <text
        {...LETTERS}
        x='18'
        y='12'
        fill='#231f20'
        font-size='6.5'
        font-weight='700'
        textLength='30'
        lengthAdjust='spacingAndGlyphs'
      >
        DISCOVER
      </text>
    </g>
  ),
}
