import { Command, InvalidArgumentError } from 'commander'

export interface Options {
  readonly seconds: number
  readonly warmup: number
  readonly rate: number
  readonly connections: number
  readonly merchants: number
  readonly notify: boolean
  readonly json: boolean
  readonly profile: string | undefined
}

/** @param args as in `process.argv`, without node and script. Prints the help where asked. */
export function readOptions(args: readonly string[]): Options {
  const command = new Command('bench')
    .description(
      'Measures opening a payment token and paying it: gateway, PostgreSQL and load on this\n' +
        'machine, each in processes of their own; then the same SQL statements alone.',
    )
    .option('--seconds <n>', 'how long each phase lasts', whole(1, 600), 10)
    .option('--warmup <n>', 'seconds of load that do not count, before the first', whole(0, 600), 3)
    .option('--rate <n>', 'payments per second of the open loop', whole(1, 20_000), 500)
    .option('--connections <n>', 'connections to the gateway', whole(1, 1_000), 32)
    .option('--merchants <n>', 'merchants that are paid, in turn', whole(1, 8), 8)
    .option('--notify', 'merchants are also told of each payment', false)
    .option('--json', 'print one JSON object instead of the report', false)
    .option('--profile <folder>', 'write a CPU profile of the gateway into this folder')
    .showHelpAfterError()
  return command.parse(args, { from: 'user' }).opts<Options>()
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,6}$/.test(text) ? Number(text) : -1
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}
