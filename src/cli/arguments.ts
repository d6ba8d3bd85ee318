import { InvalidArgumentError } from 'commander'

/** A number of hours, as an option has it. @throws InvalidArgumentError */
export function hours(text: string): number {
  if (!/^[0-9]{1,4}$/.test(text)) throw new InvalidArgumentError('It must be a number of hours.')
  return Number(text)
}

/** A number of seconds above zero. @throws InvalidArgumentError */
export function seconds(text: string): number {
  if (!/^[1-9][0-9]{0,7}$/.test(text)) throw new InvalidArgumentError('It must be seconds.')
  return Number(text)
}
