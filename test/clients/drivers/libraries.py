"""One turn, or one tool loop, of one Python library: `python libraries.py LIBRARY FEATURE`. Prints one JSON line at the end."""

import asyncio
import json
import os
import sys

BASE_URL = os.environ["BASE_URL"] + "/v1"
API_KEY = os.environ["API_KEY"]
MODEL = os.environ["MODEL"]
LIBRARY, FEATURE = sys.argv[1:3]

PROMPT = {
    "tool": 'call tool add with `{"a":1,"b":2}`',
    "abort": "Count to 2000000",
    "failure": "Reply with exactly: never seen",
    "image": "Reply with exactly: seen",
}[FEATURE]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DATA_URL = f"data:image/png;base64,{PIXEL}"
PARAMETERS = {
    "type": "object",
    "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
    "required": ["a", "b"],
    "additionalProperties": False,
}
TOOLS = [{"type": "function", "function": {"name": "add", "parameters": PARAMETERS}}]
got = {"text": "", "pieces": 0, "aborted": False}


class Enough(Exception):
    """The caller has seen what it wanted."""


def piece(text):
    if not text:
        return
    got["text"] += text
    got["pieces"] += 1
    if FEATURE == "abort":
        got["aborted"] = True
        raise Enough


def chat_content():
    if FEATURE != "image":
        return PROMPT
    return [{"type": "text", "text": PROMPT}, {"type": "image_url", "image_url": {"url": DATA_URL}}]


def chat_loop(create):
    """The tool loop over Chat Completions chunks, as its users write it."""
    messages = [{"role": "user", "content": chat_content()}]
    for _ in range(3):
        calls = {}
        stream = create(messages)
        try:
            for chunk in stream:
                for choice in chunk.choices:
                    piece(choice.delta.content)
                    for call in choice.delta.tool_calls or []:
                        known = calls.setdefault(call.index, {"id": "", "name": "", "arguments": ""})
                        known["id"] = call.id or known["id"]
                        known["name"] = call.function.name or known["name"]
                        known["arguments"] += call.function.arguments or ""
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
        if not calls:
            return
        messages.append(
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": one["id"], "type": "function", "function": {"name": one["name"], "arguments": one["arguments"]}}
                    for one in calls.values()
                ],
            }
        )
        for one in calls.values():
            given = json.loads(one["arguments"])
            messages.append({"role": "tool", "tool_call_id": one["id"], "content": str(given["a"] + given["b"])})


def openai_chat():
    from openai import OpenAI

    client = OpenAI(api_key=API_KEY, base_url=BASE_URL, max_retries=0)
    chat_loop(lambda messages: client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS, stream=True))


def litellm():
    import litellm as lite

    def create(messages):
        return lite.completion(
            model=f"openai/{MODEL}",
            api_base=BASE_URL,
            api_key=API_KEY,
            messages=messages,
            tools=TOOLS,
            stream=True,
            num_retries=0,
            max_retries=0,
        )

    chat_loop(create)


def langchain():
    from langchain_core.messages import HumanMessage, ToolMessage
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(model=MODEL, api_key=API_KEY, base_url=BASE_URL, max_retries=0).bind_tools(TOOLS)
    messages = [HumanMessage(content=chat_content())]
    for _ in range(3):
        whole = None
        for chunk in chat.stream(messages):
            piece(chunk.text if isinstance(chunk.text, str) else chunk.text())
            whole = chunk if whole is None else whole + chunk
        if not whole.tool_calls:
            return
        messages.append(whole)
        for call in whole.tool_calls:
            messages.append(ToolMessage(str(call["args"]["a"] + call["args"]["b"]), tool_call_id=call["id"]))


def agents():
    from agents import Agent, Runner, function_tool, set_default_openai_client, set_tracing_disabled
    from openai import AsyncOpenAI

    set_tracing_disabled(True)
    set_default_openai_client(AsyncOpenAI(api_key=API_KEY, base_url=BASE_URL, max_retries=0))

    @function_tool
    def add(a: int, b: int) -> str:
        """Adds."""
        return str(a + b)

    async def work():
        agent = Agent(name="Adder", instructions="Add.", model=MODEL, tools=[add])
        content = [{"type": "input_text", "text": PROMPT}]
        if FEATURE == "image":
            content.append({"type": "input_image", "image_url": DATA_URL, "detail": "auto"})
        result = Runner.run_streamed(agent, [{"role": "user", "content": content}])
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                try:
                    piece(event.data.delta)
                except Enough:
                    result.cancel()
                    raise

    asyncio.run(work())


error = None
try:
    {"openai": openai_chat, "litellm": litellm, "langchain": langchain, "agents": agents}[LIBRARY]()
except Enough:
    pass
except Exception as thrown:  # What a library throws is what the test looks at.
    error = str(thrown)
print(json.dumps({**got, "text": got["text"][:500], "error": error}), flush=True)
os._exit(0)
