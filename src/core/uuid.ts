/**
 * RFC 9562, 5.7: 48 bits of time, then 74 bits of our own.
 *
 * @param bytes sixteen, random or a digest's; they are overwritten.
 */
export function uuidV7(milliseconds: number, bytes: Buffer): string {
  bytes.writeUIntBE(milliseconds, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
