using Trunkline.Rendering.Html;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class AbsentPicturesTests
{
    [Theory]
    [InlineData("<p><img src=\"https://example.org/a.png\" alt=\"Clinic &amp; <b>logo\" width=10> end", "<p><span>Clinic &amp; &lt;b>logo</span> end")]
    [InlineData("<IMG ALT='a > b' SRC=cid:1>", "<span>a > b</span>")]
    [InlineData("<img alt=Logo data-src=data:x>", "<span>Logo</span>")]
    [InlineData("<img src=\"data:image/png;base64,iVBO\" alt=\"Logo\">", "<img src=\"data:image/png;base64,iVBO\" alt=\"Logo\">")]
    [InlineData("<img src=https://example.org/a.png><image alt=x>", "<img src=https://example.org/a.png><image alt=x>")]
    public void Words_of_a_picture_that_is_not_fetched_stand_in_its_place(string html, string shown) => Assert.Equal(shown, AbsentPictures.Replace(html));
}
