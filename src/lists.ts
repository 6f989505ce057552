/**
 * Returns the list under a key; adds an empty list if there is none. The caller appends to the list, which is cheaper than
 * replacing it by a longer copy.
 */
export function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key)
  if (known) return known
  const list: V[] = []
  lists.set(key, list)
  return list
}
