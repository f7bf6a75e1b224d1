"""A pixel between two, all channels at once."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic
def blend_pixel(typing, row, left, right, share, line, at):
    """Writes `left + (right - left) * share` of two pixels, within compiled code.

    Numba computes channels one by one, which takes nearly twice as long. Four numbers
    are read and written where a pixel has three: the next pixel writes over the fourth,
    and behind the last one both arrays need room for it.

    Args:
        row: float32 `(n,)`, contiguous.
        left: uintp. Where the pixel on the left begins in it.
        right: uintp. Where the one on the right does.
        share: float32. How far from left to right.
        line: float32 `(m,)`, contiguous. Takes the result.
        at: uintp. Where in it.
    """
    arguments = row, left, right, share, line, at
    return types.void(*arguments), _generate


def _generate(context, builder, signature, arguments):
    four = ir.VectorType(ir.FloatType(), 4)
    nothing = ir.Constant(four, ir.Undefined)
    first_lane = ir.Constant(ir.VectorType(ir.IntType(32), 4), [0] * 4)
    row, left, right, share, line, at = arguments

    def pointer(array, kind, index):
        data = context.make_array(kind)(context, builder, array).data
        return builder.bitcast(builder.gep(data, [index]), four.as_pointer())

    first = builder.load(pointer(row, signature.args[0], left), align=4)
    second = builder.load(pointer(row, signature.args[0], right), align=4)
    share = builder.insert_element(nothing, share, ir.IntType(32)(0))
    share = builder.shuffle_vector(share, nothing, first_lane)
    change = builder.fmul(builder.fsub(second, first), share)
    target = pointer(line, signature.args[4], at)
    builder.store(builder.fadd(first, change), target, align=4)
    return context.get_dummy_value()
