import { maxNameLength, shortName } from './short-name.ts';

const mcpPrefix = 'mcp__';

/** The tool of `mcp__<server>__<tool>`; null for any other name. */
function mcpTool(name: string): string | null {
  const end = name.lastIndexOf('__', name.length - 3);
  return name.startsWith(mcpPrefix) && end >= mcpPrefix.length ? name.slice(end + 2) : null;
}

/** Tool names as upstream takes them, and back. */
export class ToolNames {
  readonly #clientNames = new Map<string, string>();

  /** At most 64 characters; of an MCP name, what it ends in says more than its server does. */
  wire(name: string): string {
    if (name.length <= maxNameLength) return name;
    const tool = mcpTool(name);
    const wire = tool === null ? shortName(name) : shortName(`mcp__${tool}_${name}`);
    this.#clientNames.set(wire, name);
    return wire;
  }

  /** The client's own name for a tool that upstream names. */
  client(name: string): string {
    return this.#clientNames.get(name) ?? name;
  }
}
