/**
 * Sizes and offsets in bytes of NVML's structures, as nvml.h 13.3.29 lays them out on 64 bits, and its
 * enumerations. A `version` is `size | version << 24`: the comments of the header that say 1 or 2 are wrong.
 */

/** `nvmlMemory_t`, three u64; what is reserved for the driver counts as used. */
export const MEMORY_V1 = { size: 24, total: 0, used: 16 } as const;
/** `nvmlMemory_v2_t`; `used` is without what is reserved, as nvidia-smi prints it. */
export const MEMORY_V2 = { size: 40, total: 8, used: 32, version: 0x02000028 } as const;
/** `nvmlTemperature_v1_t`: version, sensor, °C. */
export const TEMPERATURE_V1 = { size: 12, temperature: 8, version: 0x0100000c } as const;
/** `nvmlMarginTemperature_v1_t`: version, °C. */
export const MARGIN_V1 = { size: 8, margin: 4, version: 0x01000008 } as const;
/** `nvmlPciInfo_t`; `pciDeviceId` has the device in its high half and the vendor, 0x10DE, in its low one. */
export const PCI_INFO = { size: 68, busIdLegacy: 0, pciDeviceId: 28, busId: 36, end: 68 } as const;
/** `nvmlFieldValue_t`; `value` is a union that `valueType` tells apart. */
export const FIELD_VALUE = { size: 40, fieldId: 0, valueType: 24, nvmlReturn: 28, value: 32 } as const;
/** `nvmlValueType_t`. */
export const VALUE_TYPE = { double: 0, u32: 1, unsignedLong: 2, u64: 3, i64: 4, i32: 5, u16: 6 } as const;

/** Where the parts of an entry of a process list lie, the bytes of one entry, and its list's function suffix. */
export const PROCESS_ENTRY = { pid: 0, usedMemory: 8 } as const;
/** Bytes of an entry by version; `wide` is what `_v3` meant in drivers 535.43 to before 535.98. */
export const PROCESS_STRIDE = { v1: 16, v2: 24, v3: 24, wide: 32 } as const;
/** What stands for the memory of a process that nobody tells; always so on Windows with a display driver. */
export const MEMORY_UNKNOWN = 0xffff_ffff_ffff_ffffn;

/** Lengths that nvml.h gives for texts. */
export const TEXT_BYTES = { driverVersion: 80, name: 96, uuid: 96 } as const;

/** `nvmlTemperatureThresholds_t`. */
export const THRESHOLD = {
  slowdown: 1,
  gpuMax: 3,
  acousticMin: 4,
  acousticCurrent: 5,
  acousticMax: 6,
} as const;
/** `nvmlClockType_t`. */
export const CLOCK = { graphics: 0, sm: 1, memory: 2, video: 3 } as const;
/** `nvmlTemperatureSensors_t`: the chip is the only one. */
export const SENSOR_GPU = 0;
/** `nvmlPcieUtilCounter_t`. */
export const PCIE_COUNTER = { transmit: 0, receive: 1 } as const;
/** Field ids (`NVML_FI_DEV_…`). */
export const FIELD = {
  memoryTemperature: 82,
  pcieTransmit: 197,
  pcieReceive: 198,
} as const;

/** Bits of `nvmlClocksEventReasons`. */
export const REASON = {
  gpuIdle: 0x1,
  swPowerCap: 0x4,
  hwSlowdown: 0x8,
  swThermal: 0x20,
  hwThermal: 0x40,
  hwPowerBrake: 0x80,
} as const;
