/** When an operation was made: its id is a UUIDv7, which begins with the milliseconds. */
export function madeAtMs(operationId: string): number {
  return Number.parseInt(operationId.replaceAll('-', '').slice(0, 12), 16)
}
