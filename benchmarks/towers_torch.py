"""VATT's video tower by hand in PyTorch alone: `step = build(size)`, `step()`."""

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, d, heads, mlp, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm1, self.norm2 = nn.LayerNorm(d, 1e-6), nn.LayerNorm(d, 1e-6)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, mlp), nn.Linear(mlp, d)

    def drop(self, x):
        return F.dropout(x, self.dropout)

    def forward(self, x):  # (b, n, d)
        b, n, d = x.shape
        qkv = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (b, h, n, k) each
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout)
        x = x + self.drop(self.out(y.transpose(1, 2).reshape(b, n, d)))
        return x + self.drop(self.down(self.drop(F.gelu(self.up(self.norm2(x))))))


class Tower(nn.Module):
    def __init__(self, size):
        super().__init__()
        d, (t, h, w) = size.hidden_dim, size.grid
        self.size = size
        self.project = nn.Linear(size.patch_width, d)
        self.tables = nn.ParameterList(
            nn.Parameter(torch.randn(shape) * d**-0.5)
            for shape in ((t, 1, 1, d), (1, h, 1, d), (1, 1, w, d))
        )
        self.position_norm = nn.LayerNorm(d, 1e-6)
        self.token = nn.Parameter(torch.randn(d) * d**-0.5)
        self.blocks = nn.Sequential(
            *(
                Block(d, size.num_heads, size.mlp_dim, size.dropout)
                for _ in range(size.num_layers)
            )
        )
        self.norm = nn.LayerNorm(d, 1e-6)

    def forward(self, video):  # (b, T, H, W, 3) uint8
        (t, h, w), (pt, ph, pw), b = self.size.grid, self.size.patch_size, len(video)
        x = video.view(b, t, pt, h, ph, w, pw, 3).permute(0, 1, 3, 5, 2, 4, 6, 7)
        x = x.reshape(b, t * h * w, -1)
        kept = torch.rand(b, t * h * w).argsort(1)[:, : self.size.kept].sort(1).values
        x = torch.gather(x, 1, kept[:, :, None].expand(-1, -1, x.shape[2]))
        positions = self.position_norm(sum(self.tables).flatten(0, 2))
        x = self.project(x.float() / 127.5 - 1) + positions[kept]
        x = F.dropout(x, self.size.dropout)
        x = torch.cat([self.token.expand(b, 1, -1), x], dim=1)
        return F.dropout(self.norm(self.blocks(x)), self.size.dropout)[:, 0]


def build(size):
    tower, video = Tower(size), torch.from_numpy(size.video)
    optimizer = torch.optim.Adam(tower.parameters(), 1e-4, eps=1e-7)

    def step():
        loss = tower(video).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
