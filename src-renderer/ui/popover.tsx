import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { classNames } from '../lib/class-names.ts';
import buttonStyles from './button.module.css';
import { Icon } from './icons.tsx';
import styles from './popover.module.css';
import textStyles from './text.module.css';

interface PopoverProps {
  /** What the button stands for: its name for screen readers begins with it. */
  readonly label: string;
  /** On the button. */
  readonly face: ReactNode;
  /** Marked: what is inside differs from its plain state. */
  readonly isSet: boolean;
  /** Called when it opens, to read what is to be shown. */
  readonly onOpen?: () => void;
  /** What it shows; `close` gives the focus back to the button. */
  readonly children: (close: () => void) => ReactNode;
}

const edgePx = 8;
/** Of a panel whose button is at the lower edge: the screen is scrolled to the rest. */
const leastHeightPx = 120;

/** A button with a panel under it. Esc, a click elsewhere and leaving it with Tab close it. */
export function Popover({ label, face, isSet, onOpen, children }: PopoverProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLFieldSetElement>(null);
  const panelId = useId();
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointerDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // Esc is for the panel alone: not for a dialog it stands in, nor for the page.
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener('pointerdown', onPointerDown);
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [isOpen]);
  // Near the right edge it opens towards the left, as far as what it stands in goes, and no further down than the window.
  useLayoutEffect(() => {
    const element = panel.current;
    if (!isOpen || element === null) return;
    const { left, right, top } = element.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const place = element.closest('main, dialog')?.getBoundingClientRect();
    const overPx = Math.min(right - (clientWidth - edgePx), left - (place?.left ?? 0) - edgePx);
    if (overPx > 0) element.style.translate = `${-overPx}px 0`;
    element.style.maxHeight = `${Math.max(leastHeightPx, clientHeight - edgePx - top)}px`;
    element.querySelector<HTMLElement>('input, select, button')?.focus();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys of what is inside
    <div
      className={styles.popover}
      ref={root}
      onBlur={(event) => {
        if (event.relatedTarget instanceof Node && root.current?.contains(event.relatedTarget) === false)
          setOpen(false);
      }}
    >
      <button
        type="button"
        ref={button}
        className={classNames(buttonStyles.button, styles.popoverButton, isSet && styles.popoverButtonSet)}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? panelId : undefined}
        onClick={() => {
          if (!isOpen) onOpen?.();
          setOpen(!isOpen);
        }}
      >
        {face}
        <Icon name="chevronDown" size="tiny" tone="soft" />
      </button>
      {isOpen ? (
        // Takes the focus of a click on a label, which else would leave the panel and close it.
        <fieldset className={styles.popoverPanel} id={panelId} ref={panel} tabIndex={-1}>
          <legend className={textStyles.visuallyHidden}>{label}</legend>
          {children(close)}
        </fieldset>
      ) : null}
    </div>
  );
}
