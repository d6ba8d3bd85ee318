/** Whether a text is 12 to 19 digits with a good check digit (ISO/IEC 7812-1, annex B). */
export function isCardNumber(text: string): boolean {
  if (!/^[0-9]{12,19}$/.test(text)) return false
  const sum = text
    .split('')
    .reverse()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return sum % 10 === 0
}
