"""Training and magnitude pruning."""

import time

import torch
import torch.nn.functional as F

# Weights kept at the end, as a share. The pointwise layers hold most weights and bear pruning best.
KEEP = {"stem": 0.75, "dw": 0.75, "pw": 0.33, "classifier": 0.40}


def keep_share(name):
    return next(share for prefix, share in KEEP.items() if name.startswith(prefix))


class Pruner:
    """Keeps the largest weights of each layer and holds the others at zero. A weight that was cut
    can come back while the density is still falling, because the masks are drawn anew each time."""

    def __init__(self, net):
        self.net = net
        self.masks = {}

    @torch.no_grad()
    def cut(self, progress):
        """progress 0: nothing cut; 1: the final density; in between on a cubic curve."""
        for name, _, weight in self.net.weights():
            final = keep_share(name)
            share = final + (1.0 - final) * (1.0 - progress) ** 3
            kept = max(1, int(share * weight.numel()))
            order = torch.argsort(weight.abs().flatten(), descending=True, stable=True)
            mask = torch.zeros(weight.numel())
            mask[order[:kept]] = 1.0
            self.masks[name] = mask.reshape(weight.shape)

    @torch.no_grad()
    def apply(self):
        for name, _, weight in self.net.weights():
            if name in self.masks:
                weight.mul_(self.masks[name])


def augment(batch, generator):
    """Each image mirrored left-right with probability 1/2; the batch shifted by up to 2 pixels."""
    mirror = torch.rand(len(batch), generator=generator) < 0.5
    batch = torch.where(mirror[:, None, None, None], batch.flip(3), batch)
    dy, dx = torch.randint(-2, 3, (2,), generator=generator).tolist()
    height, width = batch.shape[2:]
    return F.pad(batch, (2, 2, 2, 2))[:, :, 2 + dy:2 + dy + height, 2 + dx:2 + dx + width]


def run_epochs(net, images, labels, epochs, peak_rate, generator, pruner=None, batch=128):
    """One-cycle AdamW. With a pruner, the density falls over the first half of the epochs and the
    second half retrains what is left."""
    optimizer = torch.optim.AdamW(net.parameters(), lr=peak_rate, weight_decay=1e-3)
    steps = len(images) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, peak_rate, epochs=epochs, steps_per_epoch=steps, pct_start=0.2)
    cut_steps = epochs * steps // 2
    done = 0
    for epoch in range(epochs):
        start = time.time()
        net.train()
        order = torch.randperm(len(images), generator=generator)
        total = 0.0
        for i in range(steps):
            if pruner and done <= cut_steps and (done % 50 == 0 or done == cut_steps):
                pruner.cut(done / cut_steps)
                pruner.apply()
            pick = order[i * batch:(i + 1) * batch]
            x = augment(images[pick], generator).contiguous(memory_format=torch.channels_last)
            loss = F.cross_entropy(net(x), labels[pick])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            if pruner:
                pruner.apply()
            total += float(loss.detach())
            done += 1
        print(f"  epoch {epoch + 1}/{epochs}: loss {total / steps:.4f}, "
              f"{time.time() - start:.0f} s", flush=True)


@torch.no_grad()
def top1(net, images, labels, batch=500):
    """Share of images whose largest logit is the labelled class."""
    net.eval()
    hits = 0
    for i in range(0, len(images), batch):
        hits += int((net(images[i:i + batch]).argmax(1) == labels[i:i + batch]).sum())
    return hits / len(images)
