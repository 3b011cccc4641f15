/** Adds to the list that a map has under a key. */
export function add<K, T>(lists: Map<K, T[]>, name: K, value: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}
