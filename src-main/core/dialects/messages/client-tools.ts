import { type JsonObject, numberMember, textMember } from '../../json.ts';

/**
 * Tools that Anthropic names and clients run: its models know what they take, and requests say nothing of it. What they take is
 * published (Anthropic's reference of its tools; the input schemas of its provider in the AI SDK), so any model can be told.
 */

interface ClientTool {
  readonly description: string;
  readonly properties: JsonObject;
  readonly required: readonly string[];
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const whole = (description: string): JsonObject => ({ type: 'integer', description });
const choice = (description: string, of: readonly string[]): JsonObject => ({ type: 'string', enum: of, description });
const numbers = (description: string, count: number): JsonObject => ({
  type: 'array',
  items: { type: 'integer' },
  minItems: count,
  maxItems: count,
  description,
});

/** Versions from this day on insert by `insert_text`, and undo nothing. */
const insertTextSince = '20250429';

function bash(): ClientTool {
  return {
    description:
      'Runs a command in a bash session that lives on between calls. Give a command, or restart the session.',
    properties: {
      command: text('The command to run; empty where the session is to be restarted.'),
      restart: { type: 'boolean', description: 'True to start the session anew.' },
    },
    // Anthropic leaves it out of a restart; the AI SDK refuses a call without it.
    required: ['command'],
  };
}

function textEditor(tool: JsonObject, version: string): ClientTool {
  const isOld = version < insertTextSince;
  const maxChars = numberMember(tool, 'max_characters');
  return {
    description: `Views, creates and edits text files.${maxChars === null ? '' : ` A view shows at most ${maxChars} characters.`}`,
    properties: {
      command: choice('What to do.', ['view', 'create', 'str_replace', 'insert', ...(isOld ? ['undo_edit'] : [])]),
      path: text('The absolute path of the file, or of a folder to view.'),
      view_range: numbers('For view of a file: its first and last line, counted from 1; -1 is the end of the file.', 2),
      file_text: text('For create, required: the whole content of the new file.'),
      old_str: text(
        'For str_replace, required: the text to replace, exactly as it stands, and only once, in the file.',
      ),
      new_str: text(
        isOld
          ? 'The new text: for str_replace, and for insert, where it is required.'
          : 'For str_replace: the new text.',
      ),
      insert_line: whole('For insert, required: the line after which to insert; 0 is the beginning of the file.'),
      ...(isOld ? {} : { insert_text: text('For insert, required: the text to insert.') }),
    },
    required: ['command', 'path'],
  };
}

function memory(): ClientTool {
  return {
    description:
      'Keeps files below /memories that outlast this conversation. View /memories before you begin, and note there what later conversations need.',
    properties: {
      command: choice('What to do.', ['view', 'create', 'str_replace', 'insert', 'delete', 'rename']),
      path: text('For all but rename, required: the path below /memories.'),
      view_range: numbers('For view of a file: its first and last line, counted from 1.', 2),
      file_text: text('For create, required: the content of the file.'),
      old_str: text('For str_replace, required: the text to replace, exactly as it stands in the file.'),
      new_str: text('For str_replace, required: the new text.'),
      insert_line: whole('For insert, required: the line after which to insert; 0 is the beginning of the file.'),
      insert_text: text('For insert, required: the text to insert.'),
      old_path: text('For rename, required: the path as it is.'),
      new_path: text('For rename, required: the new path.'),
    },
    required: ['command'],
  };
}

const firstActions = [
  ...['key', 'type', 'mouse_move', 'left_click', 'left_click_drag', 'right_click', 'middle_click', 'double_click'],
  ...['screenshot', 'cursor_position'],
];
const laterActions = ['hold_key', 'left_mouse_down', 'left_mouse_up', 'triple_click', 'scroll', 'wait'];
/** The first version has none of the later actions. */
const laterActionsSince = '20250124';

function computer(tool: JsonObject, version: string): ClientTool {
  const isFirst = version < laterActionsSince;
  const zooms = tool.enable_zoom === true;
  const size = [numberMember(tool, 'display_width_px'), numberMember(tool, 'display_height_px')];
  const screen = size.includes(null) ? 'the screen' : `a screen of ${size.join(' by ')} pixels`;
  const actions = [...firstActions, ...(isFirst ? [] : laterActions), ...(zooms ? ['zoom'] : [])];
  const later: JsonObject = {
    duration: { type: 'number', description: 'For hold_key and wait, required: seconds.' },
    scroll_direction: choice('For scroll, required.', ['up', 'down', 'left', 'right']),
    scroll_amount: whole('For scroll, required: clicks of the wheel.'),
    start_coordinate: numbers('For left_click_drag, required: x and y to drag from.', 2),
  };
  return {
    description: `Sees ${screen}, and uses its mouse and keyboard. Take a screenshot to see what an action did.`,
    properties: {
      action: choice('What to do.', actions),
      coordinate: numbers(
        'x and y in pixels from the top left. Required to move and to drag; for a click or scroll, where.',
        2,
      ),
      text: text(
        "For type, required: the text. For key and hold_key, required: keys as xdotool names them, as in 'ctrl+s'.",
      ),
      ...(isFirst ? {} : later),
      ...(zooms ? { region: numbers('For zoom, required: left, top, right and bottom of what to look at.', 4) } : {}),
    },
    required: ['action'],
  };
}

const byFamily: ReadonlyMap<string, (tool: JsonObject, version: string) => ClientTool> = new Map([
  ['bash', bash],
  ['text_editor', textEditor],
  ['memory', memory],
  ['computer', computer],
]);

/** Such a tool as a client would describe one of its own; null for every other. Versions to come are taken for the last known. */
export function describedTool(tool: JsonObject): JsonObject | null {
  const [, family = '', version = ''] = /^([a-z_]+)_(\d{8})$/.exec(textMember(tool, 'type') ?? '') ?? [];
  const known = byFamily.get(family)?.(tool, version);
  if (known === undefined || textMember(tool, 'name') === null) return null;
  const { description, properties, required } = known;
  return { ...tool, type: 'custom', description, input_schema: { type: 'object', properties, required } };
}
