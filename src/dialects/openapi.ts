import type { TSchema } from 'typebox'
import type { DescribedOperation, Dialect } from './dialect.ts'

/** An OpenAPI 3.1 document of every dialect, made from the schemas that validate requests. */
export function openApi(dialects: readonly Dialect[], version: string): object {
  const paths: Record<string, object> = {}
  for (const { name, operations } of dialects) {
    for (const operation of operations) {
      paths[operation.path] = { [operation.method.toLowerCase()]: describe(name, operation) }
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tessera',
      version,
      description: 'A self-hosted card-payment gateway that speaks the wire formats of others.',
    },
    tags: dialects.map(({ name }) => ({ name })),
    paths,
  }
}

const FORM = 'application/x-www-form-urlencoded'

function describe(tag: string, operation: DescribedOperation): object {
  const { summary, envelope, request, response, takesForms = false } = operation
  const form = takesForms && request ? { [FORM]: { schema: request } } : {}
  return {
    tags: [tag],
    summary,
    operationId: `${tag}${operation.path.replaceAll('/', '_')}`,
    ...(envelope !== undefined && { description: envelope }),
    ...(request && {
      requestBody: { required: true, content: { ...form, ...json(request, envelope) } },
    }),
    responses: {
      200: { description: 'The answer, also for refusals.', content: json(response, envelope) },
    },
  }
}

function json(schema: TSchema, envelope: string | undefined): object {
  const wrapped = {
    type: 'object',
    required: ['payload'],
    properties: {
      payload: {
        type: 'string',
        contentMediaType: 'application/jwt',
        contentSchema: schema,
      },
    },
  }
  return { 'application/json': { schema: envelope === undefined ? schema : wrapped } }
}
