// What the official documentation glues to addresses to make them unique in its own source. The
// publisher's code generator drops the same pieces (OpenApiCodeGenerator.extractApiNameFromPath).
const DUMMY_SEGMENT = /^(?:delSuffixStart|\(|.*(?:dont)?[-]?copy[-]?me$)/i
const REMARK = /\(.*\)$/

/** @returns the operation that an address names, without the documentation's remarks. */
export function apiNameOf(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '')
  const named = segments.filter((segment, at) => at === 0 || !DUMMY_SEGMENT.test(segment))
  return (named.at(-1) ?? '').replace(REMARK, '')
}
