using SkiaSharp;

namespace Trunkline.Bench.Legibility;

/// <summary>A picture with what photos have, made by rays: round things under a soft light, their shadows, a sky that fades, and grain.</summary>
internal static class PhotoScene
{
    private static readonly (double X, double Y, double Z, double Radius, (double R, double G, double B) Colour)[] Balls =
        [(-1.1, 0.1, 4.2, 1.1, (0.85, 0.3, 0.25)), (1.0, -0.3, 3.2, 0.7, (0.25, 0.5, 0.85)), (0.2, -0.65, 2.4, 0.35, (0.95, 0.8, 0.3))];

    private static readonly (double X, double Y, double Z) Light = Unit(-0.6, 0.8, -0.45);

    public static byte[] Jpeg(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        var grain = new Random(7);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var (r, g, b) = Trace((0, 0, 0), Unit((x - (width / 2.0)) / height * 1.2, ((height / 2.0) - y) / height * 1.2, 1), 2);
            var noise = (grain.NextDouble() - 0.5) * 0.05;
            bitmap.SetPixel(x, y, new SKColor(Byte(r + noise), Byte(g + noise), Byte(b + noise)));
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    private static (double R, double G, double B) Trace((double X, double Y, double Z) from, (double X, double Y, double Z) way, int bounces)
    {
        var (distance, ball) = Nearest(from, way);
        if (ball < 0 && way.Y < -0.001)
        {
            var floor = (from.Y + 1) / -way.Y;
            var (px, pz) = (from.X + (way.X * floor), from.Z + (way.Z * floor));
            var tile = ((int)Math.Floor(px) + (int)Math.Floor(pz)) % 2 == 0 ? 0.75 : 0.35;
            var lit = Nearest((px, -1, pz), Light).Ball < 0 ? 1 : 0.35;
            var haze = Math.Clamp(floor / 30, 0, 1);
            return ((tile * lit * (1 - haze)) + haze, (tile * lit * (1 - haze)) + haze, (tile * 0.9 * lit * (1 - haze)) + haze);
        }
        if (ball < 0)
            return (0.95 - (0.6 * way.Y), 0.97 - (0.4 * way.Y), 1.0);
        var (bx, by, bz, radius, (red, green, blue)) = Balls[ball];
        var point = (X: from.X + (way.X * distance), Y: from.Y + (way.Y * distance), Z: from.Z + (way.Z * distance));
        var normal = ((point.X - bx) / radius, (point.Y - by) / radius, (point.Z - bz) / radius);
        var shade = Nearest(point, Light).Ball < 0 ? Math.Max(0, Dot(normal, Light)) : 0;
        var shine = 0.12 + (0.88 * shade);
        if (bounces == 0)
            return (red * shine, green * shine, blue * shine);
        var turn = 2 * Dot(way, normal);
        var (r, g, b) = Trace(point, (way.X - (turn * normal.Item1), way.Y - (turn * normal.Item2), way.Z - (turn * normal.Item3)), bounces - 1);
        return ((red * shine * 0.8) + (r * 0.2), (green * shine * 0.8) + (g * 0.2), (blue * shine * 0.8) + (b * 0.2));
    }

    private static (double Distance, int Ball) Nearest((double X, double Y, double Z) from, (double X, double Y, double Z) way)
    {
        var (nearest, ball) = (double.MaxValue, -1);
        for (var i = 0; i < Balls.Length; i++)
        {
            var (x, y, z, radius, _) = Balls[i];
            var to = (from.X - x, from.Y - y, from.Z - z);
            var half = Dot(to, way);
            var under = (half * half) - Dot(to, to) + (radius * radius);
            var distance = under < 0 ? -1 : -half - Math.Sqrt(under);
            if (distance > 1e-4 && distance < nearest)
                (nearest, ball) = (distance, i);
        }
        return (nearest, ball);
    }

    private static double Dot((double X, double Y, double Z) a, (double X, double Y, double Z) b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    private static (double X, double Y, double Z) Unit(double x, double y, double z)
    {
        var length = Math.Sqrt((x * x) + (y * y) + (z * z));
        return (x / length, y / length, z / length);
    }

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value * 255), 0, 255);
}
