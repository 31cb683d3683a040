/** NVML's return codes (`nvmlReturn_t` of nvml.h 13.3) with a sentence that a person understands. */

/** Code to its name and what it means for whoever reads a card. */
const CODES: Readonly<Record<number, readonly [name: string, sentence: string]>> = {
  0: ['SUCCESS', 'the driver answered'],
  1: ['UNINITIALIZED', 'the library has lost its connection to the driver'],
  2: ['INVALID_ARGUMENT', 'the driver takes no such value'],
  3: ['NOT_SUPPORTED', 'this card has nothing of the kind'],
  4: ['NO_PERMISSION', 'the driver lets only an administrator do this'],
  5: ['ALREADY_INITIALIZED', 'the library was initialised before'],
  6: ['NOT_FOUND', 'the driver knows no such card or value'],
  7: ['INSUFFICIENT_SIZE', 'the answer is longer than the room for it'],
  8: ['INSUFFICIENT_POWER', 'a power cable of the card is not plugged in'],
  9: ['DRIVER_NOT_LOADED', 'the NVIDIA driver is not loaded'],
  10: ['TIMEOUT', 'the card did not answer the driver in time'],
  11: ['IRQ_ISSUE', "the driver has trouble with the card's interrupts"],
  12: ['LIBRARY_NOT_FOUND', "NVIDIA's management library is not there"],
  13: ['FUNCTION_NOT_FOUND', 'this driver has no such function'],
  14: ['CORRUPTED_INFOROM', "the card's own memory of settings is damaged"],
  15: ['GPU_IS_LOST', 'the card has fallen off the bus'],
  16: ['RESET_REQUIRED', 'the card must be reset before it can be used'],
  17: ['OPERATING_SYSTEM', 'the operating system keeps this process from the card'],
  18: ['LIB_RM_VERSION_MISMATCH', 'driver and library differ in version; restart the machine'],
  19: ['IN_USE', 'the card is in use'],
  20: ['MEMORY', 'the driver has no memory left'],
  21: ['NO_DATA', 'the driver has no data for it now'],
  22: ['VGPU_ECC_NOT_SUPPORTED', 'error correction is off for virtual cards'],
  23: ['INSUFFICIENT_RESOURCES', 'the driver has no room left for it'],
  24: ['FREQ_NOT_SUPPORTED', 'the card has no such frequency'],
  25: ['ARGUMENT_VERSION_MISMATCH', 'the driver takes another version of the request'],
  26: ['DEPRECATED', 'this driver no longer has the function'],
  27: ['NOT_READY', 'the card is not ready yet'],
  28: ['GPU_NOT_FOUND', 'the driver found no card'],
  29: ['INVALID_STATE', 'the card is in no state to answer'],
  30: ['RESET_TYPE_NOT_SUPPORTED', 'the card cannot be reset that way'],
  999: ['UNKNOWN', 'the driver failed and does not say why'],
};

/** The codes that this program looks at by name. */
export const CODE = {
  success: 0,
  invalidArgument: 2,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  libraryNotFound: 12,
  functionNotFound: 13,
  argumentVersionMismatch: 25,
  deprecated: 26,
  unknown: 999,
} as const;

/** Every code that nvml.h 13.3 names. */
export const ALL_CODES: readonly number[] = Object.keys(CODES).map(Number);

/** A card that answers with these will not answer otherwise in this run: it is not asked again. */
export const NEVER_CODES: ReadonlySet<number> = new Set([
  CODE.notSupported,
  CODE.noPermission,
  CODE.functionNotFound,
]);

/** When nothing but these comes back the card is down: it is given time, then looked for again. */
export const DOWN_CODES: ReadonlySet<number> = new Set([1, 15, 16, CODE.unknown]);

/** A code's name as nvml.h has it without its prefix; `UNNAMED` where it has none. */
export function codeName(code: number): string {
  return CODES[code]?.[0] ?? 'UNNAMED';
}

/** A code as it is told: `3 NOT_SUPPORTED: this card has no such sensor`. `sentence` replaces the code's own. */
export function describeCode(code: number, sentence?: string): string {
  const [name, meaning] = CODES[code] ?? ['UNNAMED', 'the driver answered with a code that nobody has named'];
  return `${code} ${name}: ${sentence ?? meaning}`;
}
