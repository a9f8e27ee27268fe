"""A model provider as writer: any OpenAI-compatible endpoint. The only module that may import a provider's client.

For each task: 1. the pathway's prompt; 2. the journal, which may have the answer already; 3. else one paid call within
budget and pace, tried again on 429, 5xx, time-outs and broken answers; 4. the answer into the journal before anything is
done with it; 5. its JSON against the pathway's schema, and where it does not fit, one more call that is told why.
The model is trusted for nothing: what it wrote is an artefact like any other, measured by the same detectors.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from openai import APIConnectionError, APIStatusError, AsyncOpenAI
from pydantic import BaseModel, ValidationError
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior
from pydantic_ai.messages import ModelRequest, ModelResponse, SystemPromptPart, TextPart, UserPromptPart
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings
from pydantic_ai.providers.openai import OpenAIProvider

from assay.core.canonical import digest, text_digest
from assay.core.errors import Unavailable, UsageError
from assay.studio.context import ProgrammeGenerationContext
from assay.studio.permit import ADVICE, permit_require
from assay.studio.tasks import Advised, Opinion, Prompt, Task, Way, Written
from assay.studio.writers.journal import Call, Journal
from assay.studio.writers.limits import Limits

Shaped = TypeVar("Shaped", bound=BaseModel)
KEY, KEY_FILE = "ASSAY_MODEL_KEY", "ASSAY_MODEL_KEY_FILE"
_AGAIN = "Your last answer could not be used: {reason} Answer again with one JSON object that fits the schema, and nothing else."


@dataclass
class ModelWriter:
    """Writes by asking a model. `tries` bounds the attempts of one call, `answers` the answers asked for per artefact."""

    model: str
    base_url: str
    journal: Journal
    limits: Limits
    key: str = field(repr=False)
    timeout: float = 120.0
    tries: int = 5
    answers: int = 3
    name: str = "model"
    version: str = "1"

    def write(self, way: Way, context: ProgrammeGenerationContext, task: Task) -> Written:
        """Write one artefact. Raises NotPermitted outside the spine, Unavailable where no usable answer could be had."""
        permit_require(pathway=way.slug, context=context.digest)
        prompt = way.prompt(context, task)
        output, call, attempt = self._usable(prompt, way.schema.Output, lambda output: "", f"'{task.key}'")
        return Written(output, self._facts(prompt, call, attempt))

    def advise(self, prompt: Prompt, fault: Callable[[Opinion], str]) -> Advised:
        """An opinion that `fault` has nothing against. Raises as `write`; `unusable` is a fact of the error where the
        provider answered, but never with an opinion that can be used."""
        permit_require(pathway=ADVICE, context=prompt.digest)
        opinion, call, _attempt = self._usable(prompt, Opinion, fault, "this passage")
        return Advised(opinion, self.model, prompt.digest, call.answer_digest)

    def _usable(
        self, prompt: Prompt, shape: type[Shaped], fault: Callable[[Shaped], str], about: str
    ) -> tuple[Shaped, Call, int]:
        asked, reason = prompt, ""
        for attempt in range(self.answers):
            call = self._answered(asked, attempt)
            try:
                output = shape.model_validate_json(_object(call.answer))
                reason = fault(output)
            except (ValidationError, ValueError) as error:
                reason = _reason(error)
            else:
                if not reason:
                    return output, call, attempt
            asked = Prompt(prompt.system, f"{prompt.user}\n\n{_AGAIN.format(reason=reason)}")
        raise Unavailable(
            f"The model gave {self.answers} answers for {about} that could not be used: {reason}",
            hint="Try another model, or the offline writer.",
            unusable=self.answers,
        )

    def _facts(self, prompt: Prompt, call: Call, attempt: int) -> dict[str, object]:
        return {
            "name": self.model,
            "endpoint": text_digest(_endpoint(self.base_url)),
            "prompt": prompt.digest,
            "response": call.answer_digest,
            "attempt": attempt + 1,
            "tokens_in": call.tokens_in,
            "tokens_out": call.tokens_out,
        }

    def _answered(self, prompt: Prompt, attempt: int) -> Call:
        """The answer to a prompt: from the journal, or paid for now and kept before it is returned."""
        asked = digest(
            {"endpoint": _endpoint(self.base_url), "model": self.model, "prompt": prompt.digest, "attempt": attempt}
        )
        known = self.journal.find(asked)
        if known is not None:
            return known
        call = self._paid(asked, prompt)
        self.journal.keep(call)
        self.limits.pay(call.tokens_in + call.tokens_out)
        return call

    def _paid(self, asked: str, prompt: Prompt) -> Call:
        """One answer from the provider. The digest goes along as idempotency key, so that a provider that honours it
        bills a call once even where this process died before it could keep the answer."""
        last = ""
        for attempt in range(self.tries):
            self.limits.ask()
            try:
                response = asyncio.run(self._request(asked, prompt))
                answer = "".join(part.content for part in response.parts if isinstance(part, TextPart))
                if answer.strip() and response.finish_reason != "length":
                    return Call(asked, answer, response.usage.input_tokens, response.usage.output_tokens)
                last = "the answer was empty or cut short"
            except (ModelHTTPError, APIStatusError) as error:
                last = f"HTTP {error.status_code}"
                if error.status_code < 500 and error.status_code not in (408, 409, 429):
                    raise Unavailable(
                        f"The model provider refused the call ({last}).",
                        hint=f"Check the name of the model, the address and {KEY}.",
                    ) from None
            except (ModelAPIError, APIConnectionError, UnexpectedModelBehavior, TimeoutError, ValueError) as error:
                last = type(error).__name__
            if attempt + 1 < self.tries:
                self.limits.wait(min(60.0, 0.5 * 2**attempt))
        raise Unavailable(
            f"The model provider gave no usable answer in {self.tries} tries (last: {last}).",
            hint="Run it again later: what was paid for is kept.",
        )

    async def _request(self, asked: str, prompt: Prompt) -> ModelResponse:
        async with AsyncOpenAI(
            base_url=self.base_url, api_key=self.key or "none", max_retries=0, timeout=self.timeout
        ) as client:
            model = OpenAIChatModel(self.model, provider=OpenAIProvider(openai_client=client))
            settings = OpenAIChatModelSettings(
                temperature=0.0, timeout=self.timeout, extra_headers={"Idempotency-Key": asked}
            )
            told = ModelRequest(parts=[SystemPromptPart(content=prompt.system), UserPromptPart(content=prompt.user)])
            async with asyncio.timeout(self.timeout):
                return await model_request(model, [told], model_settings=settings)


def model_writer(
    *,
    model: str,
    base_url: str,
    journal: Path,
    calls: int = 400,
    tokens: int = 0,
    per_minute: int = 0,
    timeout: float = 120.0,
    stopped: Callable[[], bool] = lambda: False,
) -> ModelWriter:
    """The writer for a model at an OpenAI-compatible address, with the key of the environment.

    Raises UsageError for a missing name or address, and for an address that carries credentials.
    """
    if not model or not base_url:
        raise UsageError(
            "A model writer needs the name of a model and an address.", hint="Give --model and --base-url."
        )
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise UsageError(
            "The address of the provider must be http or https, without credentials.", hint=f"Put the key into {KEY}."
        )
    limits = Limits(calls=calls, tokens=tokens, per_minute=per_minute, stopped=stopped)
    return ModelWriter(model, base_url, Journal(journal), limits, _key(), timeout)


def _key() -> str:
    path = os.environ.get(KEY_FILE, "")
    if not path:
        return os.environ.get(KEY, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(f"{KEY_FILE} cannot be read: {error.strerror}.", hint=f"Set {KEY} instead.") from error


def _endpoint(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}{parts.path}"


def _object(answer: str) -> str:
    """The JSON object in an answer, which some models wrap in a fence or in words. Raises ValueError without one."""
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        raise ValueError("there is no JSON object in it")
    return answer[start : end + 1]


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'the whole'}: {first['msg']}."
    if isinstance(error, json.JSONDecodeError):
        return f"it is not valid JSON ({error.msg})."
    return f"{error}."
