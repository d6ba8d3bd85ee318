import { readdirSync, readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

const FOLDER = new URL('icons/', import.meta.url)

/** Serves the card schemes' marks, which a merchant's app shows beside a card: `visa.svg`. */
export function addIconRoutes(app: FastifyInstance): void {
  for (const name of readdirSync(FOLDER)) {
    const icon = readFileSync(new URL(name, FOLDER))
    app.get(`/page-assets/icons/${name}`, async (_request, reply) =>
      reply
        .header('cache-control', 'public, max-age=86400')
        .header('x-content-type-options', 'nosniff')
        .header('cross-origin-resource-policy', 'cross-origin')
        .type('image/svg+xml')
        .send(icon),
    )
  }
}
