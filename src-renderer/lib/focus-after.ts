type Removal = Pick<MutationRecord, 'target' | 'nextSibling' | 'previousSibling'>;

const controls = 'a[href], button, input, select, textarea, summary, [tabindex]';

/** What a control is called, to know it again where it has been drawn anew. */
export function nameOfControl(element: Element): string {
  const words = element.ariaLabel ?? (element instanceof HTMLInputElement ? element.name : element.textContent);
  return `${element.tagName} ${words}`;
}

/** The control that was added in its stead: one of the same name, else the first, unless a whole screen was. */
export function drawnAnew(records: readonly MutationRecord[], removal: MutationRecord, name: string) {
  const { target, nextSibling } = removal;
  const added = records
    .filter((record) => record.target === target && record.nextSibling === nextSibling)
    .flatMap(({ addedNodes }) => [...addedNodes].flatMap(controlsIn));
  const same = added.find((control) => nameOfControl(control) === name);
  return same ?? (target.nodeName === 'MAIN' ? undefined : added[0]);
}

/** Where a part that was removed with it says that the focus goes, by a selector. */
export function leavesTo(removed: Element): HTMLElement | null {
  const selector = removed.closest('[data-leaves-to]')?.getAttribute('data-leaves-to');
  return selector == null ? null : document.querySelector<HTMLElement>(selector);
}

/**
 * The control nearest to one that was removed: the first after it, else the last before it, in an ever wider part of the page up to
 * one of `parts`. Null where that has none.
 */
export function afterVanished({ target, nextSibling, previousSibling }: Removal, parts: string): HTMLElement | null {
  if (!(target instanceof Element) || !target.isConnected) return null;
  let [place, after, before]: [Element, Node | null, Node | null] = [target, nextSibling, previousSibling];
  for (;;) {
    for (let node = after; node !== null; node = node.nextSibling) {
      const first = controlsIn(node)[0];
      if (first !== undefined && place.contains(node)) return first;
    }
    for (let node = before; node !== null; node = node.previousSibling) {
      const nearest = controlsIn(node).at(-1);
      if (nearest !== undefined && place.contains(node)) return nearest;
    }
    const { parentElement } = place;
    if (place.matches(parts) || parentElement === null) return null;
    [after, before, place] = [place.nextSibling, place.previousSibling, parentElement];
  }
}

/** What Tab reaches there. */
function controlsIn(node: Node): HTMLElement[] {
  if (!(node instanceof HTMLElement)) return [];
  const inside = node.querySelectorAll<HTMLElement>(controls);
  return [node, ...inside].filter(
    (element) =>
      element.matches(controls) && element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility(),
  );
}
