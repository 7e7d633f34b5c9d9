"""The training of Steps.java in PyTorch eager: steps_torch.py default|fused SIDE LAYERS BATCH STEPS WARMUP THREADS FOLDER.

Prints medians in milliseconds; the stall is that of torch.save of model and optimizer into FOLDER, as most scripts do it.
"""

import statistics
import sys
import time
from pathlib import Path

import torch

side, layers, batch, steps, warm_up, threads = map(int, sys.argv[2:8])
target = Path(sys.argv[8]) / "checkpoint.pt"
torch.set_num_threads(threads)
torch.manual_seed(1)
width = side * side
hidden = [module for _ in range(layers) for module in (torch.nn.Linear(width, width), torch.nn.ReLU())]
model = torch.nn.Sequential(*hidden, torch.nn.Linear(width, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True if sys.argv[1] == "fused" else None)
loss_of = torch.nn.CrossEntropyLoss()
pixels = ((torch.arange(batch * width) * 7919 % 65536) / 65536 - 0.5).reshape(batch, width)
labels = torch.arange(batch) % 10

times, updates = [], []
for step in range(-warm_up, steps):
    begun = time.perf_counter()
    optimizer.zero_grad()
    loss = loss_of(model(pixels.clone()), labels.clone())
    loss.backward()
    loss.item()
    learned = time.perf_counter()
    optimizer.step()
    now = time.perf_counter()
    if step >= 0:
        times.append((now - begun) * 1e3)
        updates.append((now - learned) * 1e3)

stalls = []
for _ in range(3):
    begun = time.perf_counter()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, target)
    stalls.append((time.perf_counter() - begun) * 1e3)
for name, taken in ("step", times), ("optimizer", updates), ("stall", stalls):
    print(name, f"{statistics.median(taken):.4f}")
