/** An IPv4 address as a number. */
export const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** A number as an IPv4 address. */
export const toAddress = (n: number): string => `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`

/** Splits `10.0.0.0/16` into its first address and its size. */
export function parseCIDR(cidr: string): { first: number; size: number } {
  const [address, bits] = cidr.split('/')
  return { first: toNumber(address as string), size: 2 ** (32 - Number(bits)) }
}
