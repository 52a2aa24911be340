import { maxNameLength, shortName } from './short-name.ts';

const mcpName = /^mcp__.*__(.+)$/s;

/** Tool names as upstream takes them, and back. */
export class ToolNames {
  readonly #clientNames = new Map<string, string>();

  /** At most 64 characters; of an MCP name, what it ends in says more than its server does. */
  wire(name: string): string {
    if (name.length <= maxNameLength) return name;
    const tool = mcpName.exec(name)?.[1];
    const wire = tool === undefined ? shortName(name) : shortName(`mcp__${tool}_${name}`);
    this.#clientNames.set(wire, name);
    return wire;
  }

  /** The client's own name for a tool that upstream names. */
  client(name: string): string {
    return this.#clientNames.get(name) ?? name;
  }
}
