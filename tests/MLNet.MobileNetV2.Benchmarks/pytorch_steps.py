"""Times torchvision's mobilenet_v2 for the `pytorch` verb of the benchmarks, which says line by line what to time.

In: `forward N`, `step BLOCKS` (a number or `all`), `kept BLOCKS` (the same behind kept inputs of the trained blocks), `memory`.
Out: seconds on the clock and of the processor, or MiB. A step is loss and gradients of 32 images of 224 pixels with batch norm frozen; no optimizer.
"""
import resource
import sys
import time

import torch
import torchvision

CLASSES = 10
BATCH = 32
SIDE = 224

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)
model = torchvision.models.mobilenet_v2(num_classes=CLASSES).eval()
images = torch.rand(BATCH, 3, SIDE, SIDE)
labels = torch.arange(BATCH) % CLASSES
layers = list(model.features)


def forward(count):
    with torch.no_grad():
        model(images[:count])


def train(blocks):
    """Lets the convolutions of the last blocks, of the convolution after them and the classifier train; returns the first layer of them."""
    first = 0 if blocks == "all" else len(layers) - 1 - int(blocks)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for module in layers[first:] + [model.classifier]:
        for part in module.modules():
            if isinstance(part, (torch.nn.Conv2d, torch.nn.Linear)):
                for parameter in part.parameters():
                    parameter.requires_grad_(True)
                    parameter.grad = None
    return first


def front(first):
    x = images
    with torch.no_grad():
        for layer in layers[:first]:
            x = layer(x)
    return x


def step(first, x):
    for layer in layers[first:]:
        x = layer(x)
    x = model.classifier(x.mean((2, 3)))
    torch.nn.functional.cross_entropy(x, labels).backward()


print("ready", torch.__version__, flush=True)
kept = {}
for line in sys.stdin:
    what, *arguments = line.split()
    if what == "memory":
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
        continue

    if what != "forward":
        start = train(arguments[0])
        if what == "kept" and start not in kept:
            kept[start] = front(start)

    begin, begin_processor = time.perf_counter(), time.process_time()
    if what == "forward":
        forward(int(arguments[0]))
    else:
        step(start, kept[start] if what == "kept" else front(start))
    print(time.perf_counter() - begin, time.process_time() - begin_processor, flush=True)
