"""What reading a message costs, in a process of its own: `python -m bench.reading COUNT` prints one line of JSON.

All that belongs to the learned models is counted: their libraries, the program around them and the models themselves.
"""

import json
import sys
import time
from pathlib import Path

from bench import world

REQUESTS = (
    world.REQUEST,
    "{number}幢2单元的电梯停在半当中不动了，里面好像没有人，麻烦来看一下",
    "菜场后面的井盖翘起来了，骑车过去差点摔了",
    "the light in building {number} has been out for two days, could somebody have a look",
)


def resident() -> float:
    """Return the memory of this process in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1]) * 1024
    raise LookupError("this operating system does not tell")


def main(count: int) -> None:
    """Load, then read so many requests and as many everyday messages, each of them different."""
    memory, began = resident(), time.perf_counter()
    import bot.model
    from parsing import Context, load_catalogue, understand

    learned = bot.model.models()
    took, memory = time.perf_counter() - began, resident() - memory
    context = Context(load_catalogue(), models=learned)
    kinds = {
        "request": [REQUESTS[one % len(REQUESTS)].format(number=one, unit=2, room=501) for one in range(count)],
        "chatter": [f"{world.CHATTER[one % len(world.CHATTER)]}{one}" for one in range(count)],
    }
    costs: dict[str, float] = {}
    for kind, texts in kinds.items():
        for text in texts[: count // 10]:
            understand(text, context)
        began = time.process_time()
        for text in texts:
            understand(text, context)
        costs[kind] = (time.process_time() - began) / count
    print(json.dumps({"start": took, "memory": memory, **costs}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
