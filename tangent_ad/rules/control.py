"""What steers differentiation from inside user code."""

from tangent_ad.analysis import results
from tangent_ad.rules.notation import zero
from tangent_ad.runtime import control

zero(control.is_sequence, result=results.flag)
zero(control.stop_gradient, parameters=("x",), result=results.same, fresh=False)
