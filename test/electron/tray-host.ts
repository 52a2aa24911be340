import { globSync } from 'node:fs';
import { Message, type MessageBus, Variant } from '@jellybrick/dbus-next';
import { BusService } from './bus-service.ts';

const watcherName = 'org.kde.StatusNotifierWatcher';
const itemInterface = 'org.kde.StatusNotifierItem';
const menuInterface = 'com.canonical.dbusmenu';

class Watcher extends BusService {
  readonly items: string[] = [];
  readonly IsStatusNotifierHostRegistered = true;
  readonly ProtocolVersion = 0;

  constructor() {
    super(watcherName);
  }

  get RegisteredStatusNotifierItems(): string[] {
    return this.items;
  }

  RegisterStatusNotifierItem(service: string): void {
    this.items.push(service);
  }

  RegisterStatusNotifierHost(_service: string): void {}
}

Watcher.configureMembers({
  properties: {
    IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
    ProtocolVersion: { signature: 'i', access: 'read' },
    RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
  },
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's' },
    RegisterStatusNotifierHost: { inSignature: 's' },
  },
});

export interface MenuEntry {
  readonly id: number;
  readonly label: string;
  readonly isSeparator: boolean;
  readonly isEnabled: boolean;
  /** Null where it has no mark. */
  readonly isChecked: boolean | null;
  readonly items: readonly MenuEntry[];
}

type Layout = readonly [
  id: number,
  properties: Readonly<Record<string, Variant>>,
  children: readonly Variant<Layout>[],
];

/** The part of a panel that shows tray icons: the newest one's looks and menu, as any panel reads them over the bus. */
export class TrayHost {
  readonly #bus: MessageBus;
  readonly #watcher: Watcher;
  /** How often a menu has told that it is another. */
  layouts = 0;

  private constructor(bus: MessageBus, watcher: Watcher) {
    this.#bus = bus;
    this.#watcher = watcher;
    bus.on('message', (message: Message) => {
      if (message.interface === menuInterface && message.member === 'LayoutUpdated') this.layouts += 1;
    });
  }

  static async start(bus: MessageBus): Promise<TrayHost> {
    const watcher = new Watcher();
    bus.export('/StatusNotifierWatcher', watcher);
    await bus.requestName(watcherName);
    await call(bus, 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'AddMatch', 's', [
      `type='signal',interface='${menuInterface}'`,
    ]);
    return new TrayHost(bus, watcher);
  }

  get hasIcon(): boolean {
    return this.#watcher.items.length > 0;
  }

  /** What is shown when the pointer rests on the icon. */
  async toolTip(): Promise<string> {
    const value = (await this.#property('ToolTip')) as readonly unknown[];
    return String(value[2]);
  }

  /** The file of its picture. */
  async icon(): Promise<string> {
    const folder = String(await this.#property('IconThemePath'));
    const name = String(await this.#property('IconName'));
    const path = globSync(`${folder}/**/${name}.png`)[0];
    if (path === undefined) throw new Error(`There is no ${name}.png in ${folder}.`);
    return path;
  }

  /** A plain click on the icon. */
  async activate(): Promise<void> {
    await call(this.#bus, this.#item, '/StatusNotifierItem', itemInterface, 'Activate', 'ii', [0, 0]);
  }

  async menu(): Promise<readonly MenuEntry[]> {
    const path = await this.#menuPath();
    const answer = await call(this.#bus, this.#item, path, menuInterface, 'GetLayout', 'iias', [0, -1, []]);
    return entryOf(answer[1] as Layout).items;
  }

  /** What the user reads, top to bottom, submenus included. */
  async labels(): Promise<readonly string[]> {
    return flat(await this.menu()).map(({ label, isChecked }) => `${isChecked === true ? '✓ ' : ''}${label}`);
  }

  /** A click on the item whose label begins so; a second one where the menu was drawn anew under the first. */
  async click(label: string): Promise<void> {
    await this.#click(label).catch((error: unknown) => {
      if (!/error occurred in Event/.test(String(error))) throw error;
      return this.#click(label);
    });
  }

  async #click(label: string): Promise<void> {
    const entries = flat(await this.menu());
    const entry = entries.find((one) => one.label === label) ?? entries.find((one) => one.label.startsWith(label));
    if (entry === undefined) throw new Error(`No "${label}" among: ${entries.map((one) => one.label).join(' | ')}`);
    const body = [entry.id, 'clicked', new Variant('i', 0), 0];
    await call(this.#bus, this.#item, await this.#menuPath(), menuInterface, 'Event', 'isvu', body);
  }

  get #item(): string {
    const item = this.#watcher.items.at(-1);
    if (item === undefined) throw new Error('No tray icon has come.');
    return item;
  }

  async #menuPath(): Promise<string> {
    return String(await this.#property('Menu'));
  }

  async #property(name: string): Promise<unknown> {
    const body = [itemInterface, name];
    const properties = 'org.freedesktop.DBus.Properties';
    const answer = await call(this.#bus, this.#item, '/StatusNotifierItem', properties, 'Get', 'ss', body);
    return (answer[0] as Variant).value;
  }
}

function flat(entries: readonly MenuEntry[]): readonly MenuEntry[] {
  return entries.filter(({ isSeparator }) => !isSeparator).flatMap((entry) => [entry, ...flat(entry.items)]);
}

function entryOf([id, properties, children]: Layout): MenuEntry {
  const value = (name: string) => properties[name]?.value;
  return {
    id,
    // An underscore marks the letter to press, two are one.
    label: String(value('label') ?? '').replaceAll(/_(.)/g, '$1'),
    isSeparator: value('type') === 'separator',
    isEnabled: value('enabled') !== false,
    isChecked: value('toggle-type') === undefined ? null : value('toggle-state') === 1,
    items: children.map((child) => entryOf(child.value)),
  };
}

/** A call of a method of another program's; what it answered. */
async function call(
  bus: MessageBus,
  destination: string,
  path: string,
  name: string,
  member: string,
  signature: string,
  body: unknown[],
): Promise<readonly unknown[]> {
  const answer = await bus.call(new Message({ destination, path, interface: name, member, signature, body }));
  return answer?.body ?? [];
}
