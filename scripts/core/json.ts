/** Anything in, whether it is a JSON object out: what other people's files and servers send may be of any JSON type. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
