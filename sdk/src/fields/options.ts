import { styleFault } from './styles.ts'
import { FIELD_NAMES, type FieldName, type FieldOptions, type FieldsOptions } from './types.ts'

/** A field that was asked for, and the element it goes into. */
export interface Place {
  readonly field: FieldName
  readonly element: Element
  readonly label: string
  readonly placeholder: string
}

/** @throws TypeError naming the option that cannot work: pages without types call this. */
export function placesOf({ merchantID, fields, styles }: FieldsOptions): readonly Place[] {
  if (!isText(merchantID)) throw new TypeError('merchantID must be a text')
  const strange = Object.keys(fields ?? {}).find(
    (name) => !FIELD_NAMES.some((each) => each === name),
  )
  if (strange !== undefined) throw new TypeError(`fields.${strange}: there is no such field`)
  const fault = styleFault(styles)
  if (fault !== undefined) throw new TypeError(`styles: ${fault} or its value is not allowed`)
  const places = FIELD_NAMES.flatMap((field) => {
    const options = fields?.[field]
    return options === undefined ? [] : [placeOf(field, options)]
  })
  if (places.length === 0) throw new TypeError('fields must name at least one field')
  return places
}

function placeOf(field: FieldName, { element: where, label, placeholder }: FieldOptions): Place {
  const element = typeof where === 'string' ? document.querySelector(where) : where
  if (!(element instanceof Element) || element.getRootNode() !== document) {
    throw new TypeError(`fields.${field}.element is not on this page`)
  }
  if (!isText(label)) throw new TypeError(`fields.${field}.label must be a text`)
  return { field, element, label, placeholder: String(placeholder ?? '') }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}
