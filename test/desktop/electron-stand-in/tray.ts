import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Menu, NativeImage, Notification, NotificationConstructorOptions, Tray } from 'electron';
import type { StandInMenu } from './menu.ts';

/** An image that knows its file; empty where there is none, as Electron has it. */
export class StandInImage implements Pick<NativeImage, 'isEmpty' | 'setTemplateImage' | 'isTemplateImage'> {
  readonly path: string;
  #isTemplate = false;

  constructor(path: string) {
    this.path = path;
  }

  get name(): string {
    return basename(this.path);
  }

  isEmpty(): boolean {
    return !existsSync(this.path);
  }

  setTemplateImage(isTemplate: boolean): void {
    this.#isTemplate = isTemplate;
  }

  isTemplateImage(): boolean {
    return this.#isTemplate;
  }
}

/** A tray icon that is looked at and clicked by tests; it tells of every change, and throws where Electron's would. */
export class StandInTray
  extends EventEmitter
  implements Pick<Tray, 'setImage' | 'setToolTip' | 'setContextMenu' | 'destroy' | 'isDestroyed'>
{
  image: StandInImage;
  toolTip = '';
  menu: StandInMenu | null = null;
  #isDestroyed = false;

  constructor(image: unknown) {
    super();
    this.image = image as StandInImage;
  }

  setImage(image: unknown): void {
    this.#checkAlive();
    this.image = image as StandInImage;
    this.emit('stand-in-change');
  }

  setToolTip(toolTip: string): void {
    this.#checkAlive();
    this.toolTip = toolTip;
    this.emit('stand-in-change');
  }

  setContextMenu(menu: Menu | StandInMenu | null): void {
    this.#checkAlive();
    this.menu = menu as StandInMenu | null;
    this.emit('stand-in-change');
  }

  destroy(): void {
    this.#isDestroyed = true;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  #checkAlive(): void {
    if (this.#isDestroyed) throw new Error('Tray is destroyed');
  }
}

/** A notification that is kept. */
export class StandInNotification extends EventEmitter implements Pick<Notification, 'show' | 'title' | 'body'> {
  title: string;
  body: string;

  constructor({ title = '', body = '' }: NotificationConstructorOptions) {
    super();
    this.title = title;
    this.body = body;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    this.emit('show');
  }
}
