import type { Page } from 'playwright-core';
import { messagesId } from '../../src-renderer/stores/toast-store.ts';

/**
 * Uses every control on show that is not disabled, in the dialogs and panels that open too, and answers the names of those after
 * which the page says `told` once more. An address that one of them leads to is left again.
 */
export function controlsThatTell(page: Page, told: string): Promise<string[]> {
  return page.evaluate(
    async ([told, messages]) => {
      const kinds = 'button, select, input:not([type="file"])';
      const { hash } = location;
      const tried = new Set<string>();
      const telling: string[] = [];
      const timesTold = () => (document.body.textContent ?? '').split(told).length;
      const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

      function nameOf(control: Element): string {
        const words =
          control.ariaLabel ?? (control as HTMLInputElement).labels?.[0]?.textContent ?? control.textContent;
        const place = control.closest('article, section, form, fieldset, dialog');
        const name = place?.ariaLabel ?? place?.querySelector('h2, h3, legend')?.textContent ?? '';
        return `${name}: ${control.tagName.toLowerCase()} ${words}`;
      }

      function isForUse(control: HTMLElement): boolean {
        const isOff = control.matches(`:disabled, [aria-disabled="true"], ${messages} *`);
        // Closes the dialog before all of it was tried; Esc does so after.
        const closes =
          control.closest('dialog') !== null && /^(Close|Cancel)$/.test(control.ariaLabel ?? control.innerText);
        return !isOff && !closes && !tried.has(nameOf(control)) && control.checkVisibility();
      }

      function use(control: HTMLElement): void {
        control.focus();
        if (control instanceof HTMLSelectElement) {
          control.selectedIndex = control.selectedIndex === 0 ? 1 : 0;
          control.dispatchEvent(new Event('change', { bubbles: true }));
        } else if (control instanceof HTMLInputElement && !/^(checkbox|radio)$/.test(control.type)) {
          const value = control.type === 'number' ? '7' : control.type === 'time' ? '03:07' : 'http://a.example:1';
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(control, value);
          control.dispatchEvent(new Event('input', { bubbles: true }));
        } else control.click();
      }

      for (let used = 0; used < 500; used += 1) {
        const dialog = document.querySelector('dialog[open]');
        const control = [...(dialog ?? document).querySelectorAll<HTMLElement>(kinds)].find(isForUse);
        if (control === undefined && dialog === null) return telling;
        const before = timesTold();
        if (control === undefined) dialog?.dispatchEvent(new Event('cancel', { cancelable: true }));
        else {
          const name = nameOf(control);
          tried.add(name);
          use(control);
          await drawn();
          control.blur();
          await drawn();
          if (timesTold() > before) telling.push(name);
          // What is on show already is not said again.
          for (const button of document.querySelectorAll<HTMLElement>(`${messages} button:last-child`)) button.click();
        }
        if (location.hash !== hash) location.hash = hash;
        await drawn();
      }
      throw new Error(`There is no end of controls, the last of them ${[...tried].slice(-5).join(', ')}`);
    },
    [told, `#${messagesId}`] as const,
  );
}
