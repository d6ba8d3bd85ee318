import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Another process of this benchmark, which answers one question at a time. */
export interface Worker {
  /** @throws Error when it fails or ends. */
  ask<Answer>(question: unknown): Promise<Answer>
  stop(): Promise<void>
}

interface Reply {
  readonly answer?: unknown
  readonly failure?: string
}

export function startWorker(file: URL): Worker {
  const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  return {
    async ask<Answer>(question: unknown) {
      const reply = Promise.withResolvers<Reply>()
      const onEnd = () => reply.resolve({ failure: `${file.pathname} ended too early` })
      child.once('message', (message) => reply.resolve(message as Reply))
      child.once('exit', onEnd)
      child.send(question as object, (error) => error && onEnd())
      const { answer, failure } = await reply.promise
      child.removeAllListeners('message').removeListener('exit', onEnd)
      if (failure !== undefined) throw new Error(failure)
      return answer as Answer
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The worker's side. It ends with whoever started it; that one also hears the Ctrl-C. */
export function answerQuestions<Question>(answer: (question: Question) => Promise<unknown>): void {
  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit(1))
  process.on('message', (question) => {
    answer(question as Question).then(
      (result) => process.send?.({ answer: result }),
      (error: unknown) => process.send?.({ failure: String(error) }),
    )
  })
}
