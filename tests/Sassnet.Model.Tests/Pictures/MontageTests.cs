using Sassnet.Model.Pictures;
using SkiaSharp;
using Xunit;

namespace Sassnet.Model.Tests.Pictures;

public sealed class MontageTests
{
    [Fact]
    public void Panels_are_laid_out_row_by_row_and_centred_in_their_cells()
    {
        using var wide = Picture.Draw(60, 20, SKColors.Red, _ => { });
        using var tall = Picture.Draw(20, 40, SKColors.Lime, _ => { });
        using var montage = Montage.Of([new Panel(wide), new Panel(tall), new Panel(wide)], 2);
        using var pixels = SKBitmap.Decode(montage.ToPng());
        Assert.Equal((150, 110), (pixels.Width, pixels.Height));
        Assert.Equal(SKColors.Red, pixels.GetPixel(40, 30));
        Assert.Equal(SKColors.Lime, pixels.GetPixel(110, 30));
        Assert.Equal(SKColors.Red, pixels.GetPixel(40, 80));
        Assert.Equal(Palette.Background, pixels.GetPixel(110, 80));
    }

    [Fact]
    public void A_caption_is_written_and_stays_within_its_cell()
    {
        using var panel = Picture.Draw(80, 20, SKColors.Red, _ => { });
        using var montage = Montage.Of([new Panel(panel, new string('m', 200)), new Panel(panel)], 2);
        using var pixels = SKBitmap.Decode(montage.ToPng());
        var written = Enumerable.Range(0, pixels.Width).Where(x => Enumerable.Range(10, 20).Any(y => pixels.GetPixel(x, y) != Palette.Background)).ToList();
        Assert.True(written.Count > 40);
        Assert.All(written, x => Assert.InRange(x, 10, 90));
    }

    [Fact]
    public void A_montage_of_nothing_is_refused() => Assert.Throws<ArgumentException>(() => Montage.Of([], 2));
}
