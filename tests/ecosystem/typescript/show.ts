// A value as text, keys in order.
export function show(this: void, value: unknown): string {
  if (value === undefined || value === null) return "nil";
  if (Array.isArray(value)) return "[" + value.map((v) => show(v)).join(",") + "]";
  if (value instanceof Map) return "Map" + show([...value.entries()]);
  if (value instanceof Set) return "Set" + show([...value]);
  if (typeof value === "object") {
    const object = value as Record<string, unknown>;
    return "{" + Object.keys(object).sort().map((key) => `${key}:${show(object[key])}`).join(",") + "}";
  }
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "function" ? "function" : `${value}`;
}
