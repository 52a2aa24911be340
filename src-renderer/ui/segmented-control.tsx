import { type ReactNode, useId } from 'react';
import { type Availability, useUnavailable } from '../hooks/use-unavailable.ts';
import styles from './segmented-control.module.css';
import textStyles from './text.module.css';

interface Segment<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  readonly title?: string;
  /** Shown in the colour of fast while it is chosen. */
  readonly isFast?: boolean;
}

interface SegmentedControlProps<T extends string> extends Availability {
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few choices, all in sight. Native radio buttons, so arrow keys and screen readers work. */
export function SegmentedControl<T extends string>({
  label,
  segments,
  value,
  onChange,
  disabled,
  makesCall,
}: SegmentedControlProps<T>): ReactNode {
  const name = useId();
  const { isHeld, props } = useUnavailable({ disabled, makesCall });
  return (
    <fieldset {...props} className={styles.segmented}>
      <legend className={textStyles.visuallyHidden}>{label}</legend>
      {segments.map((segment) => (
        <label key={segment.value} className={styles.segment} data-fast={segment.isFast} title={segment.title}>
          <input
            type="radio"
            name={name}
            value={segment.value}
            checked={segment.value === value}
            onChange={() => {
              if (!isHeld) onChange(segment.value);
            }}
          />
          <span className={styles.segmentFace}>{segment.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
