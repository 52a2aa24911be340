import { type ReactNode, useId } from 'react';

interface Segment<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  readonly title?: string;
}

interface SegmentedControlProps<T extends string> {
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

/** One of a few choices, all in sight. Native radio buttons, so arrow keys and screen readers work. */
export function SegmentedControl<T extends string>({
  label,
  segments,
  value,
  onChange,
  disabled,
}: SegmentedControlProps<T>): ReactNode {
  const name = useId();
  return (
    <fieldset className="segmented" disabled={disabled}>
      <legend className="visually-hidden">{label}</legend>
      {segments.map((segment) => (
        <label key={segment.value} className={`segment segment-${segment.value}`} title={segment.title}>
          <input
            type="radio"
            name={name}
            value={segment.value}
            checked={segment.value === value}
            onChange={() => onChange(segment.value)}
          />
          <span className="segment-face">{segment.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
