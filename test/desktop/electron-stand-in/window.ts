import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { type PageSurroundings, StandInContents } from './contents.ts';

type Used =
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'restore'
  | 'minimize'
  | 'destroy'
  | 'close'
  | 'isDestroyed'
  | 'isMinimized'
  | 'isVisible';

/** A window whose page is a real one; it throws where Electron's would once it is gone. */
export class StandInWindow extends EventEmitter implements Pick<BrowserWindow, Used> {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: StandInContents;
  /** Set while the page is being loaded. */
  loading: Promise<void> = Promise.resolve();
  isFocused = false;
  #isVisible: boolean;
  #isMinimized = false;
  #isDestroyed = false;

  constructor(options: BrowserWindowConstructorOptions, around: PageSurroundings) {
    super();
    this.options = options;
    this.#isVisible = options.show ?? true;
    this.webContents = new StandInContents(around, options.webPreferences ?? {});
  }

  loadURL(url: string): Promise<void> {
    this.#checkAlive();
    this.loading = this.webContents.load(url).then(() => {
      if (!this.#isDestroyed) this.emit('ready-to-show');
    });
    return this.loading;
  }

  show(): void {
    this.#checkAlive();
    this.#isVisible = true;
  }

  focus(): void {
    this.#checkAlive();
    this.isFocused = true;
  }

  minimize(): void {
    this.#checkAlive();
    this.#isMinimized = true;
  }

  restore(): void {
    this.#checkAlive();
    this.#isMinimized = false;
  }

  isVisible(): boolean {
    this.#checkAlive();
    return this.#isVisible;
  }

  isMinimized(): boolean {
    this.#checkAlive();
    return this.#isMinimized;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  close(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    void this.webContents.close();
    this.emit('closed');
  }

  #checkAlive(): void {
    if (this.#isDestroyed) throw new Error('Object has been destroyed');
  }
}
