/** Looking up by a name that comes from outside: what every object inherits, such as `constructor`, is not there. */

/** What the object itself holds under the name; undefined where it holds nothing. */
export function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A record that inherits nothing, with these entries: any name may be looked up in it and written to it. */
export function bareRecord<T>(entries: Readonly<Record<string, T>> = {}): Record<string, T> {
  return Object.assign(Object.create(null), entries);
}
