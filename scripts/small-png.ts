import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const CHANNELS = 3
const COLORS_MAX = 256

interface Picture {
  readonly width: number
  readonly height: number
  /** Row by row, a byte each for red, green and blue. */
  readonly rgb: Buffer
}

/**
 * Writes a screenshot anew with the 256 colors it has most of; that halves it, and only the edges
 * of letters differ, by shades.
 *
 * @param png as Chromium writes it: 8 bits a channel, without transparency, not interlaced.
 * @throws Error when it is another kind.
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, rgb } = readPng(png)
  const { palette, indexOf } = commonColors(rgb)
  const rows = Buffer.alloc((width + 1) * height)
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const row = Math.floor(pixel / width)
    rows[pixel + row + 1] = indexOf(rgb.readUIntBE(pixel * CHANNELS, CHANNELS))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function commonColors(rgb: Buffer) {
  const counts = new Map<number, number>()
  for (let at = 0; at < rgb.length; at += CHANNELS) {
    const color = rgb.readUIntBE(at, CHANNELS)
    counts.set(color, (counts.get(color) ?? 0) + 1)
  }
  const common = [...counts]
    .toSorted(([a, countA], [b, countB]) => countB - countA || a - b)
    .slice(0, COLORS_MAX)
    .map(([color]) => color)
  const palette = Buffer.alloc(common.length * CHANNELS)
  common.forEach((color, index) => palette.writeUIntBE(color, index * CHANNELS, CHANNELS))
  const indices = new Map(common.map((color, index) => [color, index]))
  const indexOf = (color: number): number => {
    const index = indices.get(color) ?? nearest(common, color)
    indices.set(color, index)
    return index
  }
  return { palette, indexOf }
}

function nearest(colors: readonly number[], wanted: number): number {
  let best = { index: 0, distance: Infinity }
  for (const [index, color] of colors.entries()) {
    const distance = [16, 8, 0]
      .map((shift) => ((color >> shift) & 255) - ((wanted >> shift) & 255))
      .reduce((sum, difference) => sum + difference ** 2, 0)
    if (distance < best.distance) best = { index, distance }
  }
  return best.index
}

// --- The format

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

function readPng(png: Buffer): Picture {
  const chunks = [...chunksOf(png)]
  const header = chunks.find(({ type }) => type === 'IHDR')?.data
  if (header?.toString('hex', 8) !== '0802000000')
    throw new Error('not a PNG as Chromium writes it')
  const width = header.readUInt32BE(0)
  const height = header.readUInt32BE(4)
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(packed)), width, height) }
}

function* chunksOf(png: Buffer): Generator<{ type: string; data: Buffer }> {
  let at = SIGNATURE.length
  while (at < png.length) {
    const end = at + 8 + png.readUInt32BE(at)
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) }
    at = end + 4
  }
}

function unfilter(filtered: Buffer, width: number, height: number): Buffer {
  const stride = width * CHANNELS
  const out = Buffer.alloc(stride * height)
  const before = (at: number, x: number) => (x < CHANNELS ? 0 : (out[at - CHANNELS] ?? 0))
  for (let y = 0; y < height; y += 1) {
    const start = y * (stride + 1)
    const filter = filtered.readUInt8(start)
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x
      const left = before(at, x)
      const above = out[at - stride] ?? 0
      const corner = before(at - stride, x)
      out[at] = filtered.readUInt8(start + 1 + x) + predict(filter, { left, above, corner })
    }
  }
  return out
}

interface Neighbors {
  readonly left: number
  readonly above: number
  readonly corner: number
}

function predict(filter: number, { left, above, corner }: Neighbors): number {
  switch (filter) {
    case 0:
      return 0
    case 1:
      return left
    case 2:
      return above
    case 3:
      return (left + above) >> 1
    case 4:
      return paeth({ left, above, corner })
    default:
      throw new Error(`a PNG has no filter ${filter}`)
  }
}

function paeth({ left, above, corner }: Neighbors): number {
  const toLeft = Math.abs(above - corner)
  const toAbove = Math.abs(left - corner)
  const toCorner = Math.abs(left + above - 2 * corner)
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
