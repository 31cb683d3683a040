/**
 * The functions of NVIDIA's management library that are called, each with its arguments. The signatures are those of nvml.h
 * 13.3.29 (NVIDIA/go-nvml, `gen/nvml/nvml.h`); all return an `nvmlReturn_t`, a C int. A macro of that header maps each
 * unsuffixed name to the newest suffixed one: the symbols here are the ones the library exports.
 */

/**
 * Kinds of arguments: `device` is an `nvmlDevice_t` (opaque, 8 bytes), `out` points at memory that is written, `text`
 * is a C string that is read.
 */
export type ArgumentKind = 'device' | 'out' | 'u32' | 'i32' | 'text';

/** The prototypes. koffi checks neither number nor size of arguments: what is called must stand here. */
export const FUNCTIONS = {
  nvmlInit_v2: [],
  nvmlShutdown: [],
  nvmlSystemGetDriverVersion: ['out', 'u32'],
  nvmlDeviceGetCount_v2: ['out'],
  nvmlDeviceGetHandleByIndex_v2: ['u32', 'out'],
  nvmlDeviceGetHandleByUUID: ['text', 'out'],
  nvmlDeviceGetName: ['device', 'out', 'u32'],
  nvmlDeviceGetUUID: ['device', 'out', 'u32'],
  nvmlDeviceGetPciInfo_v3: ['device', 'out'],
  nvmlDeviceGetUtilizationRates: ['device', 'out'],
  nvmlDeviceGetEncoderUtilization: ['device', 'out', 'out'],
  nvmlDeviceGetDecoderUtilization: ['device', 'out', 'out'],
  nvmlDeviceGetMemoryInfo: ['device', 'out'],
  nvmlDeviceGetMemoryInfo_v2: ['device', 'out'],
  nvmlDeviceGetTemperature: ['device', 'i32', 'out'],
  nvmlDeviceGetTemperatureV: ['device', 'out'],
  nvmlDeviceGetTemperatureThreshold: ['device', 'i32', 'out'],
  nvmlDeviceSetTemperatureThreshold: ['device', 'i32', 'out'],
  nvmlDeviceGetMarginTemperature: ['device', 'out'],
  nvmlDeviceGetPowerUsage: ['device', 'out'],
  nvmlDeviceGetPowerManagementLimit: ['device', 'out'],
  nvmlDeviceGetEnforcedPowerLimit: ['device', 'out'],
  nvmlDeviceGetPowerManagementDefaultLimit: ['device', 'out'],
  nvmlDeviceGetPowerManagementLimitConstraints: ['device', 'out', 'out'],
  nvmlDeviceSetPowerManagementLimit: ['device', 'u32'],
  nvmlDeviceGetTotalEnergyConsumption: ['device', 'out'],
  nvmlDeviceGetClockInfo: ['device', 'i32', 'out'],
  nvmlDeviceGetMaxClockInfo: ['device', 'i32', 'out'],
  nvmlDeviceGetSupportedMemoryClocks: ['device', 'out', 'out'],
  nvmlDeviceGetSupportedGraphicsClocks: ['device', 'u32', 'out', 'out'],
  nvmlDeviceSetGpuLockedClocks: ['device', 'u32', 'u32'],
  nvmlDeviceResetGpuLockedClocks: ['device'],
  nvmlDeviceGetFanSpeed: ['device', 'out'],
  nvmlDeviceGetPerformanceState: ['device', 'out'],
  nvmlDeviceGetCurrentClocksEventReasons: ['device', 'out'],
  nvmlDeviceGetPcieThroughput: ['device', 'i32', 'out'],
  nvmlDeviceGetFieldValues: ['device', 'i32', 'out'],
  nvmlDeviceGetComputeRunningProcesses: ['device', 'out', 'out'],
  nvmlDeviceGetComputeRunningProcesses_v2: ['device', 'out', 'out'],
  nvmlDeviceGetComputeRunningProcesses_v3: ['device', 'out', 'out'],
  nvmlDeviceGetGraphicsRunningProcesses: ['device', 'out', 'out'],
  nvmlDeviceGetGraphicsRunningProcesses_v2: ['device', 'out', 'out'],
  nvmlDeviceGetGraphicsRunningProcesses_v3: ['device', 'out', 'out'],
  nvmlDeviceGetPersistenceMode: ['device', 'out'],
} as const;

/** A function of the table. */
export type NvmlFunction = keyof typeof FUNCTIONS;

/** Memory that the library writes into. */
export type OutMemory = Uint8Array | Uint32Array | Int32Array | BigUint64Array | null;

interface ArgumentTypes {
  device: bigint;
  out: OutMemory;
  u32: number;
  i32: number;
  text: string;
}

type ArgumentsOf<K extends readonly ArgumentKind[]> = { -readonly [I in keyof K]: ArgumentTypes[K[I]] };
/** What a function of the table is called with. */
export type NvmlArguments<F extends NvmlFunction> = ArgumentsOf<(typeof FUNCTIONS)[F]>;

/** What koffi calls each kind: raw pointers, because named koffi types are one registry for the whole process. */
export const KOFFI_TYPES: Readonly<Record<ArgumentKind, string>> = {
  device: 'void *',
  out: 'void *',
  u32: 'uint32_t',
  i32: 'int32_t',
  text: 'str',
};

/** Older names of the same function with the same arguments, for drivers that lack the one of the table. */
export const OLDER_NAMES: Readonly<Partial<Record<NvmlFunction, readonly string[]>>> = {
  nvmlInit_v2: ['nvmlInit'],
  nvmlDeviceGetCount_v2: ['nvmlDeviceGetCount'],
  nvmlDeviceGetHandleByIndex_v2: ['nvmlDeviceGetHandleByIndex'],
  nvmlDeviceGetPciInfo_v3: ['nvmlDeviceGetPciInfo_v2'],
  // The name before R535; the bits are the same.
  nvmlDeviceGetCurrentClocksEventReasons: ['nvmlDeviceGetCurrentClocksThrottleReasons'],
};
