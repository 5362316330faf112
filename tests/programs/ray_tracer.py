"""Shading of a sphere, with a class of vectors."""

import math

import numpy as np


class Vec3:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, o):
        return Vec3(self.x + o.x, self.y + o.y, self.z + o.z)

    def __sub__(self, o):
        return Vec3(self.x - o.x, self.y - o.y, self.z - o.z)

    def __mul__(self, s):
        if isinstance(s, Vec3):
            return Vec3(self.x * s.x, self.y * s.y, self.z * s.z)
        return Vec3(self.x * s, self.y * s, self.z * s)

    def __truediv__(self, s):
        return Vec3(self.x / s, self.y / s, self.z / s)

    def __neg__(self):
        return Vec3(-self.x, -self.y, -self.z)

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def length(self):
        return math.sqrt(self.dot(self))

    def normalize(self):
        return self / self.length()

    def reflect(self, n):
        return self - n * (2.0 * self.dot(n))


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction

    def at(self, t):
        return self.origin + self.direction * t


class Sphere:
    def __init__(self, center, radius, color):
        self.center, self.radius, self.color = center, radius, color

    def intersect(self, ray):
        oc = ray.origin - self.center
        b = oc.dot(ray.direction)
        c = oc.dot(oc) - self.radius**2
        disc = b * b - c
        if disc < 0:
            return None
        return -b - math.sqrt(disc)

    def normal(self, p):
        return (p - self.center).normalize()


def ray_tracer(p):
    sphere = Sphere(Vec3(p[0], p[1], p[2]), p[3], Vec3(0.9, 0.4, 0.2))
    light = Vec3(2.0, 3.0, -1.0)
    total = 0.0
    for i in range(3):
        for j in range(2):
            d = Vec3(0.1 * i - 0.1, 0.1 * j, 1.0).normalize()
            ray = Ray(Vec3(0.0, 0.0, 0.0), d)
            t = sphere.intersect(ray)
            if t is not None:
                hit = ray.at(t)
                n = sphere.normal(hit)
                l = (light - hit).normalize()
                diffuse = max(0.0, n.dot(l))
                spec = max(0.0, ray.direction.reflect(n).dot(l)) ** 8
                c = sphere.color * diffuse + Vec3(1.0, 1.0, 1.0) * spec
                total += c.x + c.y + c.z
    return total


WRT = ("p",)


def example(rng):
    return (np.array([0.2, 0.1, 3.0, 1.0]),)
