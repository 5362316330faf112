"""A heater under a controller that is called, with limits behind a property."""


class PID:
    """A PID controller with clamping and anti-windup."""

    def __init__(
        self,
        Kp=1.0,
        Ki=0.0,
        Kd=0.0,
        setpoint=0.0,
        output_limits=(None, None),
        sample_time=0.01,
        proportional_on_measurement=False,
    ):
        self.Kp, self.Ki, self.Kd = Kp, Ki, Kd
        self.setpoint = setpoint
        self.sample_time = sample_time
        self.pom = proportional_on_measurement
        self._min_output, self._max_output = None, None
        self._proportional = self._integral = self._derivative = 0.0
        self._last_input = None
        self.output_limits = output_limits

    def __call__(self, input_, dt=None):
        if dt is None:
            dt = self.sample_time
        elif dt <= 0:
            raise ValueError(f"dt has negative value {dt}, must be positive")
        error = self.setpoint - input_
        d_input = input_ - (self._last_input if (self._last_input is not None) else input_)
        if not self.pom:
            self._proportional = self.Kp * error
        else:
            self._proportional -= self.Kp * d_input
        self._integral += self.Ki * error * dt
        self._integral = _clamp(self._integral, self.output_limits)
        self._derivative = -self.Kd * d_input / dt
        output = self._proportional + self._integral + self._derivative
        output = _clamp(output, self.output_limits)
        self._last_input = input_
        return output

    @property
    def output_limits(self):
        return self._min_output, self._max_output

    @output_limits.setter
    def output_limits(self, limits):
        if limits is None:
            self._min_output, self._max_output = None, None
            return
        min_output, max_output = limits
        if (None not in limits) and (max_output < min_output):
            raise ValueError("lower limit must be less than upper limit")
        self._min_output = min_output
        self._max_output = max_output


def _clamp(value, limits):
    lower, upper = limits
    if value is None:
        return None
    elif (upper is not None) and (value > upper):
        return upper
    elif (lower is not None) and (value < lower):
        return lower
    return value


def pid_controller(gains, ambient=20.0):
    pid = PID(*gains, setpoint=30.0, output_limits=(0.0, 8.0), sample_time=0.5)
    temp = ambient
    cost = 0.0
    for _ in range(8):
        power = pid(temp)
        temp += 0.5 * (power - 0.1 * (temp - ambient))
        cost += (temp - 30.0) ** 2 + 0.01 * power**2
    return cost


WRT = ("gains",)


def example(rng):
    return ([0.9, 0.3, 0.2],)
