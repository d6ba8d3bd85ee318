import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { httpUrl, needed, readElements, uuid, type Values } from './elements.ts'
import { MessageError } from './message-error.ts'
import { readJsonObject } from './strict-json.ts'

const COMPLETION = { threeDSServerTransID: needed(uuid) }
const REQUEST = { ...COMPLETION, threeDSMethodNotificationURL: needed(httpUrl) }

/** What the form field `threeDSMethodData` says on its way to the 3DS method URL. */
export type MethodRequest = Values<typeof REQUEST>

export function writeMethodData(data: MethodRequest | Values<typeof COMPLETION>): string {
  return encodeBase64url(JSON.stringify(data))
}

/** @returns undefined for anything but a well-formed `threeDSMethodData` to the method URL. */
export function readMethodRequest(data: string): MethodRequest | undefined {
  return readForm(data, (object) => readElements(REQUEST, object))
}

/** @returns the transaction whose 3DS method is done, undefined when the field says no such thing. */
export function readMethodCompletion(data: string): string | undefined {
  return readForm(data, (object) => readElements(COMPLETION, object))?.threeDSServerTransID
}

/** Reads a field that travelled through a browser as base64url of JSON. */
function readForm<T>(
  data: string,
  read: (object: Readonly<Record<string, unknown>>) => T,
): T | undefined {
  const bytes = decodeBase64url(data)
  if (bytes === undefined) return undefined
  try {
    return read(readJsonObject(bytes))
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
