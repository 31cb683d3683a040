/** What the machine is made of, read once. */

/** The machine in words and sizes, for people. */
export interface MachineInventory {
  cpu: string;
  /** Logical processors. */
  cores: number;
  memoryMib: number;
  os: string;
  /** Names of the graphics cards, the real ones, whatever card the agent watches. */
  gpus: string[];
}

/** The part of systeminformation that is read. */
export interface InventorySource {
  cpu(): Promise<{ manufacturer: string; brand: string; cores: number }>;
  mem(): Promise<{ total: number }>;
  osInfo(): Promise<{ distro: string; release: string; arch: string }>;
  graphics(): Promise<{ controllers: { vendor: string; model: string; name?: string }[] }>;
}

/**
 * Reads the inventory; what cannot be read is empty or 0. Await it before the loop starts: asking for the cards runs
 * nvidia-smi and holds up everything meanwhile, 1.5 s on a card without persistence mode.
 */
export async function readInventory(load: () => Promise<InventorySource>): Promise<MachineInventory> {
  const source = await load();
  const cpu = await orElse(source.cpu(), { manufacturer: '', brand: '', cores: 0 });
  const memory = await orElse(source.mem(), { total: 0 });
  const os = await orElse(source.osInfo(), { distro: '', release: '', arch: '' });
  const graphics = await orElse(source.graphics(), { controllers: [] });
  return {
    cpu: words(cpu.manufacturer, cpu.brand),
    cores: cpu.cores,
    memoryMib: Math.round(memory.total / 1_048_576),
    os: words(os.distro, os.release, os.arch),
    gpus: graphics.controllers.map(({ name, vendor, model }) => name ?? words(vendor, model)),
  };
}

async function orElse<Value>(reading: Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await reading;
  } catch {
    return otherwise;
  }
}

function words(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
