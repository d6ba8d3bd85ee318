import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import type { Gateway } from '../gateway/gateway.ts'
import type { Voice } from '../gateway/ports.ts'

/** A wire format: how merchants talk to us. It owns every byte it answers, also 400 and 500. */
export interface Dialect extends Voice {
  /** Registers its routes in an encapsulated context of its own. */
  register(app: FastifyInstance, gateway: Gateway): void
  readonly operations: readonly DescribedOperation[]
}

/** One operation as the OpenAPI document shows it, from the schemas that validate it. */
export interface DescribedOperation {
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly summary: string
  /** Undefined where it reads none. */
  readonly request: TSchema | undefined
  readonly response: TSchema
  /** The request may be a form as well as JSON. */
  readonly takesForms?: boolean
  /** How request and response travel; undefined is as they are. */
  readonly envelope?: string
}
