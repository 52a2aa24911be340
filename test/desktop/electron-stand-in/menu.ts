import type { MenuItem, MenuItemConstructorOptions } from 'electron';

/** A menu item as Electron makes it from a template, as far as it is used. */
export class StandInMenuItem implements Partial<Pick<MenuItem, 'label' | 'type' | 'checked' | 'enabled'>> {
  readonly label: string;
  readonly type: MenuItem['type'];
  readonly role: NonNullable<MenuItemConstructorOptions['role']> | undefined;
  readonly accelerator: string | undefined;
  readonly enabled: boolean;
  readonly submenu: StandInMenu | null;
  checked: boolean;
  readonly #click: ((...args: readonly unknown[]) => void) | null;

  constructor(template: MenuItemConstructorOptions) {
    const { submenu, click } = template;
    this.label = template.label ?? '';
    this.type = template.type ?? (submenu === undefined ? 'normal' : 'submenu');
    this.role = template.role;
    this.accelerator = template.accelerator === null ? undefined : template.accelerator;
    this.enabled = template.enabled ?? true;
    this.checked = template.checked ?? false;
    this.submenu = Array.isArray(submenu) ? StandInMenu.buildFromTemplate(submenu) : null;
    this.#click = click === undefined ? null : (click as (...args: readonly unknown[]) => void);
  }

  /** What a user's click does: Electron changes the mark before it calls, and passes the item, the window and the event. */
  press(): void {
    if (!this.enabled) throw new Error(`"${this.label}" is disabled`);
    if (this.type === 'checkbox') this.checked = !this.checked;
    if (this.type === 'radio') this.checked = true;
    this.#click?.(this, undefined, {});
  }
}

/** A menu that is looked at as data. */
export class StandInMenu {
  readonly items: readonly StandInMenuItem[];

  constructor(items: readonly StandInMenuItem[]) {
    this.items = items;
  }

  static buildFromTemplate(template: readonly (MenuItemConstructorOptions | MenuItem)[]): StandInMenu {
    return new StandInMenu(template.map((item) => new StandInMenuItem(item as MenuItemConstructorOptions)));
  }

  /** The item with a label, or with one that begins so, here or in a submenu. */
  find(label: string): StandInMenuItem {
    const items = this.#all();
    const item = items.find((one) => one.label === label) ?? items.find((one) => one.label.startsWith(label));
    if (item === undefined) throw new Error(`No menu item "${label}" among: ${this.labels().join(' | ')}`);
    return item;
  }

  /** What the user reads, top to bottom. */
  labels(): readonly string[] {
    return this.#all().map((item) => {
      if (item.type === 'separator') return '—';
      const mark = item.checked ? '✓ ' : '';
      return `${mark}${item.label === '' ? (item.role ?? '') : item.label}`;
    });
  }

  #all(): readonly StandInMenuItem[] {
    return this.items.flatMap((item) => [item, ...(item.submenu?.items ?? [])]);
  }
}
